import { fill } from 'tinyui';

export function foldMenu(event) {
  const found = event.menu;

  return found.items.length;
}

export function openSearch(event) {
  const rows = event.results;

  return rows.filter((row) => row.visible);
}

export function showPrice(event) {
  const entry = { net: event.AMOUNT };

  return fill('{net} plus {vat}', entry);
}

export function showTitle(event) {
  const entry = { title: event.NAME };

  return fill('{title} by {brand}', entry);
}

export class Slider {
  slides = [];

  next(event) {
    return this.move(event, 1);
  }

  move(event, step) {
    const found = this.slideAt(Number(event.COUNT) + step);

    return found.image;
  }

  slideAt(index) {
    const found = this.slides[index];

    return found.visible ? found : this.slides[0];
  }
}
