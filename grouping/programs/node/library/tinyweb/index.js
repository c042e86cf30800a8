/** A small web framework: it calls a handler and hands what it threw to whoever records errors. */
export class App {
  #handlers = new Map();
  #middlewares = [];

  route(name, handler) {
    this.#handlers.set(name, handler);
  }

  use(middleware) {
    this.#middlewares.push(middleware);
  }

  async serve(request, record) {
    for (const [name, handler] of this.#handlers) {
      try {
        await this.#run(0, handler, request);
      } catch (error) {
        record(name, error);
      }
    }
  }

  async #run(at, handler, request) {
    const middleware = this.#middlewares[at];
    if (middleware === undefined) return await handler(request);
    return await middleware(request, () => this.#run(at + 1, handler, request));
  }
}

export async function authenticate(request, next) {
  await Promise.resolve();
  return await next();
}

export async function limitRate(request, next) {
  return await next();
}
