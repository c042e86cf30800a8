export class Warehouse {
  #bins = new Map();

  binOf(request) {
    return this.#find(request.sku).shelf;
  }

  #find(sku) {
    const found = this.#bins.get(sku);

    return found.position;
  }

  get value() {
    const rows = [...this.#bins.values()];

    return rows.at(-1).price;
  }
}

export async function deliverAll(request) {
  const basket = [request.order, request.customer];

  return await Promise.all(basket.map((id) => deliver(id)));
}

async function deliver(id) {
  await Promise.resolve();
  throw new RangeError(`parcel ${id} is too heavy`);
}

export function remind(request) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`no reminder for ${request.email}`)), 1);
  });
}

export function* pagesOf(request) {
  const rows = { pages: undefined, order: request.order };

  yield rows.order;
  yield rows.pages.length;
}

export function slotOf(request) {
  const text = `${request.name} o'clock`;

  return new Date(text).toISOString();
}

export function trackingUrl(request) {
  const text = `${request.name}/track`;

  return new URL(text).href;
}

class StorageError extends Error {
  name = 'StorageError';
}

export async function saveParcel(request) {
  try {
    return await write(request);
  } catch (error) {
    throw new StorageError(`parcel of ${request.email} is not saved`, { cause: error });
  }
}

async function write(request) {
  await Promise.resolve();
  return request.parcel.weight;
}
