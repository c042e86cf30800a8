"""A small job queue: it calls a job and hands what it raised to whoever records errors."""

import asyncio


class Worker:
    def __init__(self):
        self.jobs = {}
        self.middlewares = []

    def job(self, name, function):
        self.jobs[name] = function

    def use(self, middleware):
        self.middlewares.append(middleware)

    def work(self, request, record):
        for name, function in self.jobs.items():
            try:
                self.run(0, function, request)
            except Exception as error:
                record(name, error)

    def run(self, at, function, request):
        if at < len(self.middlewares):
            return self.middlewares[at](request, lambda: self.run(at + 1, function, request))
        if asyncio.iscoroutinefunction(function):
            return asyncio.run(function(request))
        return function(request)


def log_duration(request, proceed):
    return proceed()


def lock(request, proceed):
    return proceed()
