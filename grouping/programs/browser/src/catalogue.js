import { parseProps } from 'tinyui';

export class Catalogue {
  parents = { shoes: 'clothes', clothes: 'shoes' };

  path() {
    return this.pathTo('shoes');
  }

  pathTo(category) {
    const found = this.parents[category];

    return `${this.pathTo(found)}/${category}`;
  }

  prices(event) {
    const rows = [{ sku: 'A-1', price: { net: 10 } }, { sku: event.SKU }];

    return rows.map((row) => row.price.net * 1.19);
  }

  renderTile(event) {
    const entry = { title: event.SKU, stock: event.NAME };

    return parseProps({ title: 'string', stock: 'number' }, entry);
  }
}
