/** A small view library: it calls what a page does and hands what it threw to whoever records errors. */
export class View {
  actions = new Map();
  plugins = [];

  action(name, callback) {
    this.actions.set(name, callback);
  }

  use(plugin) {
    this.plugins.push(plugin);
  }

  async dispatchAll(event, record) {
    for (const [name, callback] of this.actions) {
      try {
        await this.dispatch(0, callback, event);
      } catch (error) {
        record(name, error);
      }
    }
  }

  async dispatch(at, callback, event) {
    if (at === this.plugins.length) return await callback(event);
    return await this.plugins[at](event, () => this.dispatch(at + 1, callback, event));
  }
}

export async function trackClicks(event, next) {
  return await next();
}

export async function measure(event, next) {
  await Promise.resolve();
  return await next();
}

export function parseProps(schema, props) {
  for (const key of Object.keys(schema)) requireProp(key, schema[key], props[key]);
  return props;
}

function requireProp(key, type, value) {
  if (typeof value !== type)
    throw new TypeError(`Invalid prop ${key}: expected ${type}, received ${JSON.stringify(value)}`);
}

export function fill(template, values) {
  return template.replaceAll(/{(\w+)}/g, (_, name) => placeholder(name, values));
}

function placeholder(name, values) {
  if (!Object.hasOwn(values, name)) throw new ReferenceError(`There is no value for {${name}}`);
  return values[name];
}
