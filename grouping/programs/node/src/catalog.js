const parents = { shoes: 'clothes', clothes: 'shoes' };

export function categoryPath() {
  return pathTo('shoes');
}

function pathTo(category) {
  const found = parents[category];

  return `${pathTo(found)}/${category}`;
}

export function priceList(request) {
  const rows = [{ sku: 'A-1', price: { net: 10 } }, { sku: request.sku }];

  return rows.map((row) => row.price.net * 1.19);
}

export function pageOfProducts(request) {
  const price = Number(request.amount);

  return price.toFixed(request.order);
}

export async function stockLevel(request) {
  const reply = await fetch(`http://${request.host}:${request.port}/stock/${request.sku}`);

  return await reply.json();
}
