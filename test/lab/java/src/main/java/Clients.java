import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Each sends a call until it succeeds or the library gives up. */
final class Clients {
  interface Send {
    void send(String id, String url) throws Exception;
  }

  /** An open breaker let the call not through. */
  static final class Rejected extends Exception {}

  /** An answer that the app counts as a failure. */
  static final class BadStatus extends Exception {
    BadStatus(int status) {
      super("answered " + status);
    }
  }

  private final Plan plan;
  private final Notes notes;

  Clients(Plan plan, Notes notes) {
    this.plan = plan;
    this.notes = notes;
  }

  Send open() {
    return switch (plan.client) {
      case "okhttp" -> plain();
      case "resilience4j-retry" -> retried();
      case "resilience4j-breaker" -> broken();
      default -> throw new IllegalArgumentException("no client " + plan.client);
    };
  }

  private Send plain() {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .readTimeout(Duration.ofMillis(plan.timeoutMillis))
            .connectionPool(
                new ConnectionPool(plan.connection.equals("cold") ? 0 : plan.concurrency, 1, TimeUnit.MINUTES))
            .eventListener(new Listener())
            .build();
    return (id, url) -> {
      Request request = new Request.Builder().url(url).header("x-call-id", id).build();
      try (Response response = client.newCall(request).execute()) {
        response.body().bytes();
        if (!response.isSuccessful()) throw new BadStatus(response.code());
      }
    };
  }

  /** Sees each request as it goes out, with what the agent put into it, and what OkHttp decides by itself. */
  private final class Listener extends EventListener {
    @Override
    public void requestHeadersEnd(Call call, Request request) {
      notes.attempt(request.header("x-call-id"), request.header("traceparent"));
    }

    @Override
    public void retryDecision(Call call, IOException exception, boolean retry) {
      if (retry) notes.retry(call.request().header("x-call-id"));
    }

    @Override
    public void followUpDecision(Call call, Response networkResponse, Request nextRequest) {
      if (nextRequest != null) notes.retry(call.request().header("x-call-id"));
    }
  }

  private Send retried() {
    Send plain = plain();
    RetryConfig.Builder<Object> config = RetryConfig.custom().maxAttempts(plan.retry.retries + 1);
    if (plan.retry.delayMillis != null) config.waitDuration(Duration.ofMillis(plan.retry.delayMillis));
    RetryConfig built = config.build();
    return (id, url) -> {
      Retry retry = Retry.of(id, built);
      retry.getEventPublisher().onRetry(event -> notes.retry(id));
      retry.executeCallable(
          () -> {
            plain.send(id, url);
            return null;
          });
    };
  }

  /** A window of as many calls as may fail in a row, all of which must have failed. */
  private Send broken() {
    Send plain = plain();
    CircuitBreaker breaker =
        CircuitBreaker.of(
            "payments",
            CircuitBreakerConfig.custom()
                .slidingWindowSize(plan.breaker.consecutiveFailures)
                .minimumNumberOfCalls(plan.breaker.consecutiveFailures)
                .failureRateThreshold(100)
                .waitDurationInOpenState(Duration.ofMillis(plan.breaker.openMillis))
                .permittedNumberOfCallsInHalfOpenState(1)
                .build());
    breaker
        .getEventPublisher()
        .onStateTransition(
            event ->
                notes.breaker(
                    name(event.getStateTransition().getFromState()),
                    name(event.getStateTransition().getToState())));
    return (id, url) -> {
      try {
        breaker.executeCallable(
            () -> {
              plain.send(id, url);
              return null;
            });
      } catch (CallNotPermittedException open) {
        throw new Rejected();
      }
    };
  }

  private static String name(CircuitBreaker.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
