export class Cart {
  items = [];
  customer = { name: 'Guest' };

  deliveryStreet(event) {
    const found = this.customer.delivery;

    return `${event.NAME}, ${found.street}`;
  }

  invoiceStreet(event) {
    const found = this.customer.invoice;

    return this.format(found, event.NAME);
  }

  format(address, name) {
    return [name, address.street].join('\n');
  }

  total(event) {
    const price = Number(event.AMOUNT) - Number(event.ORDER);

    if (price < 0) throw new RangeError(`total of cart ${event.UUID} is ${price}`);
    return price;
  }
}
