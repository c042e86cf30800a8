//! A small web framework: it calls a handler, whatever becomes of it.

use std::collections::HashMap;
use std::panic::{catch_unwind, AssertUnwindSafe};

pub type Request = HashMap<String, String>;

pub type Handler<T> = Box<dyn Fn(&Request) -> T>;

pub struct App<T> {
    routes: Vec<(&'static str, Handler<T>)>,
    middlewares: Vec<Middleware<T>>,
}

pub type Middleware<T> = fn(&Request, &dyn Fn(&Request) -> T) -> T;

impl<T> Default for App<T> {
    fn default() -> Self {
        App { routes: Vec::new(), middlewares: Vec::new() }
    }
}

impl<T> App<T> {
    pub fn route(&mut self, name: &'static str, handler: impl Fn(&Request) -> T + 'static) {
        self.routes.push((name, Box::new(handler)));
    }

    pub fn wrap(&mut self, middleware: Middleware<T>) {
        self.middlewares.push(middleware);
    }

    /// Tells `begin` which handler is next, and `end` what it returned, if it did.
    pub fn serve(&self, request: &Request, begin: impl Fn(&'static str), end: impl Fn(T)) {
        for (name, handler) in &self.routes {
            begin(name);
            if let Ok(answer) = catch_unwind(AssertUnwindSafe(|| self.run(0, handler, request))) {
                end(answer);
            }
        }
    }

    fn run(&self, at: usize, handler: &Handler<T>, request: &Request) -> T {
        match self.middlewares.get(at) {
            None => handler(request),
            Some(middleware) => middleware(request, &|same| self.run(at + 1, handler, same)),
        }
    }
}

#[inline(never)]
pub fn authenticate<T>(request: &Request, next: &dyn Fn(&Request) -> T) -> T {
    next(request)
}

#[inline(never)]
pub fn limit_rate<T>(request: &Request, next: &dyn Fn(&Request) -> T) -> T {
    next(request)
}
