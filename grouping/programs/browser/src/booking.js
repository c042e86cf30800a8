export class SpaceError extends Error {
  name = 'SpaceError';
}

function requireSpace(seats, wanted) {
  if (seats < wanted) throw new SpaceError(`${wanted} seats wanted, ${seats} left`);
}

export function bookTable(event) {
  const basket = { seats: 0 };

  return requireSpace(basket.seats, Number(event.COUNT));
}

export function bookRoom(event) {
  const basket = { seats: 1 };

  requireSpace(basket.seats, Number(event.COUNT));
  return basket;
}

export function slotOf(event) {
  const text = event.NAME;

  return new Date(text).toISOString();
}

export function shareLink(event) {
  const text = `${event.NAME}/basket`;

  return new URL(text).href;
}

export async function keepBasket(event) {
  const basket = await Promise.resolve({ id: event.UUID });

  return basket.items.length;
}

export function summary(event) {
  return Promise.resolve([event]).then((rows) => rows.map((row) => row.total.net));
}

export function remindLater(event) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`no reminder for ${event.EMAIL}`)), 1);
  });
}

export function readConsent(event) {
  const text = `consent=${event.UUID}`;

  return JSON.parse(text).marketing;
}

export function loadScript(event) {
  throw new Error(`script ${event.UUID} was blocked by the policy "script-src"`);
}

export function loadFrame(event) {
  throw new Error(`frame ${event.UUID} was blocked by the policy "frame-src"`);
}
