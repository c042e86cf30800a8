import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';

export async function importOrders(request) {
  try {
    await readRows(request);
  } catch (error) {
    throw new Error(`import of ${request.file} failed after ${request.count} rows`, { cause: error });
  }
}

async function readRows(request) {
  await Promise.resolve();
  throw new TypeError(`line ${request.count}: "${request.name}" is not an amount`);
}

export async function openExport(request) {
  const text = await readFile(request.file, 'utf8');

  return text.split('\n');
}

export function watchStock(request) {
  const rows = new EventEmitter();

  rows.on('sold', (sale) => sale.items.forEach((item) => item));
  rows.emit('sold', { order: request.order });
}
