import { parseProps } from 'tinyui';

export function openAccount(event) {
  const entry = { title: event.NAME, width: event.AMOUNT };

  return parseProps({ title: 'string', width: 'number' }, entry);
}

export function readDraft(event) {
  const text = `{${event.BODY}`;

  return JSON.parse(text).draft;
}

export function readTheme(event) {
  const text = event.NAME;

  return JSON.parse(text).theme;
}

export function applyVoucher(event) {
  throw new Error(`voucher ${event.SKU} of ${event.EMAIL} is expired`);
}

export function redeemGift(event) {
  throw new Error(`voucher ${event.SKU} of ${event.EMAIL} is already used`);
}

export function saveCard(event) {
  throw new Error(`form ${event.UUID}: field "card" is required`);
}

export function saveName(event) {
  throw new Error(`form ${event.UUID}: field "name" is required`);
}
