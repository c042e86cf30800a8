package org.tinyktor

typealias Request = Map<String, String>

typealias Handler = suspend (Request) -> Any?

/** A small web framework: it calls a handler and hands what it threw to whoever records errors. */
class App {
    private val handlers = linkedMapOf<String, Handler>()
    private val middlewares = mutableListOf<suspend (Request, Handler) -> Any?>()

    fun route(name: String, handler: Handler) {
        handlers[name] = handler
    }

    fun use(middleware: suspend (Request, Handler) -> Any?) {
        middlewares.add(middleware)
    }

    suspend fun serve(request: Request, record: (String, Throwable) -> Unit) {
        for ((name, handler) in handlers) {
            try {
                run(0, handler, request)
            } catch (thrown: Throwable) {
                record(name, thrown)
            }
        }
    }

    private suspend fun run(at: Int, handler: Handler, request: Request): Any? {
        val middleware = middlewares.getOrNull(at) ?: return handler(request)
        return middleware(request) { run(at + 1, handler, it) }
    }
}

suspend fun authenticate(request: Request, next: Handler): Any? = next(request)

suspend fun limitRate(request: Request, next: Handler): Any? = next(request)
