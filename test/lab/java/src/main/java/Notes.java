import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was seen from inside the app. It never becomes part of a span: those are as a user's would be. */
final class Notes {
  final Map<String, String> versions = new HashMap<>();
  final List<Attempt> attempts = new ArrayList<>();
  final Map<String, Integer> retries = new HashMap<>();
  final List<Outcome> calls = new ArrayList<>();
  final List<Transition> transitions = new ArrayList<>();

  record Attempt(String call, String traceId, String spanId, long at) {}

  record Outcome(String id, long start, long end, boolean ok, Boolean rejected) {}

  record Transition(long at, String from, String to) {}

  synchronized void attempt(String call, String traceparent) {
    if (call == null || traceparent == null) return;
    String[] parts = traceparent.split("-");
    attempts.add(new Attempt(call, parts[1], parts[2], System.currentTimeMillis()));
  }

  synchronized void retry(String call) {
    retries.merge(call, 1, Integer::sum);
  }

  synchronized void outcome(String id, long start, boolean ok, boolean rejected) {
    calls.add(new Outcome(id, start, System.currentTimeMillis(), ok, rejected ? true : null));
  }

  synchronized void breaker(String from, String to) {
    transitions.add(new Transition(System.currentTimeMillis(), from, to));
  }
}
