const subscribers = new Map();

function remember(address, topics) {
  const known = subscribers.get(address) ?? [];
  subscribers.set(address, [...known, ...topics]);
  return subscribers.get(address).length;
}

window.addEventListener('subscribe', (event) => remember(event.detail.address, event.detail.topics));
