package org.tinyweb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** A small web framework: it calls a handler and hands what it threw to whoever records errors. */
public class App<R> {
  public interface Handler<R> {
    Object handle(R request) throws Exception;
  }

  public interface Middleware<R> {
    Object call(R request, Handler<R> next) throws Exception;
  }

  private final Map<String, Handler<R>> handlers = new LinkedHashMap<>();
  private final List<Middleware<R>> middlewares = new ArrayList<>();

  public void route(String name, Handler<R> handler) {
    handlers.put(name, handler);
  }

  public void use(Middleware<R> middleware) {
    middlewares.add(middleware);
  }

  public void serve(R request, BiConsumer<String, Throwable> record) {
    for (Map.Entry<String, Handler<R>> route : handlers.entrySet()) {
      try {
        run(0, route.getValue(), request);
      } catch (Throwable thrown) {
        record.accept(route.getKey(), thrown);
      }
    }
  }

  private Object run(int at, Handler<R> handler, R request) throws Exception {
    if (at == middlewares.size()) return handler.handle(request);
    return middlewares.get(at).call(request, same -> run(at + 1, handler, same));
  }

  public static <R> Object authenticate(R request, Handler<R> next) throws Exception {
    return next.handle(request);
  }

  public static <R> Object limitRate(R request, Handler<R> next) throws Exception {
    return next.handle(request);
  }
}
