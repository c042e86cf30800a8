import java.util.List;
import java.util.Map;

/** What the app is told on its standard input, as far as it needs it. */
final class Plan {
  String client;
  String shape;
  List<PlannedCall> calls;
  int concurrency;
  String parent;
  String connection;
  Retries retry;
  int timeoutMillis;
  long everyMillis;
  long lingerMillis;
  BreakerSettings breaker;
  Map<String, String> places;

  static final class PlannedCall {
    String id;
    String path;
    String method;
    String to;
  }

  static final class Retries {
    int retries;
    Integer delayMillis;
  }

  static final class BreakerSettings {
    int consecutiveFailures;
    int openMillis;
  }
}
