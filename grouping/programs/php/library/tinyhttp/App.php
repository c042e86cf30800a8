<?php

namespace TinyHttp;

/** A small web framework: it calls a handler and hands what it threw to whoever records errors. */
final class App
{
    private array $handlers = [];
    private array $middlewares = [];

    public function route(string $name, callable $handler): void
    {
        $this->handlers[$name] = $handler;
    }

    public function pipe(callable $middleware): void
    {
        $this->middlewares[] = $middleware;
    }

    public function serve(array $request, callable $record): void
    {
        foreach ($this->handlers as $name => $handler) {
            try {
                $this->run(0, $handler, $request);
            } catch (\Throwable $thrown) {
                $record($name, $thrown);
            }
        }
    }

    private function run(int $at, callable $handler, array $request): mixed
    {
        if ($at === count($this->middlewares)) {
            return $handler($request);
        }
        return $this->middlewares[$at]($request, fn () => $this->run($at + 1, $handler, $request));
    }

    public static function authenticate(array $request, callable $next): mixed
    {
        return $next();
    }

    public static function limitRate(array $request, callable $next): mixed
    {
        return $next();
    }
}
