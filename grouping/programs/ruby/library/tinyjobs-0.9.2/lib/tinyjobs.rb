# A small job queue: it calls a job and hands what it raised to whoever records errors.
module TinyJobs
  class Worker
    def initialize
      @jobs = {}
      @middlewares = []
    end

    def job(name, callable)
      @jobs[name] = callable
    end

    def use(middleware)
      @middlewares << middleware
    end

    def work(request)
      @jobs.each do |name, job|
        run(0, job, request)
      rescue StandardError, SystemStackError => error
        yield name, error
      end
    end

    private

    def run(at, job, request)
      return job.call(request) if at == @middlewares.size

      @middlewares[at].call(request) { run(at + 1, job, request) }
    end
  end

  class Logging
    def call(_request)
      yield
    end
  end

  class Locking
    def call(_request)
      yield
    end
  end
end
