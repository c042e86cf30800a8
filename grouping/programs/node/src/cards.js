export function chargeExpiredCard(request) {
  throw new Error(`payment ${request.uuid} of ${request.amount} EUR declined: card expired`);
}

export function chargeWithoutFunds(request) {
  throw new Error(`payment ${request.uuid} of ${request.amount} EUR declined: insufficient funds`);
}
