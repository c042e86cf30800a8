import com.google.gson.Gson;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An app that calls as it is told, by the library that it is told. The OpenTelemetry Java agent does the rest. */
public final class LabApp {
  private static final Tracer tracer = GlobalOpenTelemetry.getTracer("shop");
  private final Notes notes = new Notes();
  private final Plan plan;
  private final Clients.Send send;

  private LabApp(Plan plan) {
    this.plan = plan;
    this.send = new Clients(plan, notes).open();
  }

  public static void main(String[] args) throws Exception {
    Gson gson = new Gson();
    Plan plan = gson.fromJson(new InputStreamReader(System.in), Plan.class);
    LabApp app = new LabApp(plan);
    System.out.println("{\"begun\":true}");
    app.all();
    Thread.sleep(plan.lingerMillis);
    app.noteVersions();
    System.out.println(gson.toJson(app.notes));
  }

  private void all() throws Exception {
    if (!plan.parent.equals("shared")) {
      run();
      return;
    }
    Span span = tracer.spanBuilder("nightly import").startSpan();
    try (Scope scope = span.makeCurrent()) {
      run();
    } finally {
      span.end();
    }
  }

  private void run() throws Exception {
    boolean paced = plan.shape.equals("paced");
    ExecutorService pool = Executors.newFixedThreadPool(paced ? 20 : plan.concurrency);
    List<Future<?>> made = new ArrayList<>();
    if (paced) {
      for (Plan.PlannedCall call : plan.calls) {
        made.add(pool.submit(() -> make(call)));
        Thread.sleep(plan.everyMillis);
      }
    } else {
      Queue<Plan.PlannedCall> left = new ConcurrentLinkedQueue<>(plan.calls);
      for (int i = 0; i < plan.concurrency; i++) made.add(pool.submit(() -> work(left)));
    }
    for (Future<?> each : made) each.get();
    pool.shutdown();
  }

  private void work(Queue<Plan.PlannedCall> left) {
    for (Plan.PlannedCall call = left.poll(); call != null; call = left.poll()) {
      make(call);
      try {
        Thread.sleep(plan.everyMillis);
      } catch (InterruptedException stopped) {
        return;
      }
    }
  }

  private void make(Plan.PlannedCall call) {
    long start = System.currentTimeMillis();
    boolean ok = true;
    boolean rejected = false;
    try {
      within(call);
    } catch (Clients.Rejected open) {
      ok = false;
      rejected = true;
    } catch (Exception failed) {
      ok = false;
    }
    notes.outcome(call.id, start, ok, rejected);
  }

  /** In the span of the request for which it is made, if there is one for each call. */
  private void within(Plan.PlannedCall call) throws Exception {
    String url = plan.places.get(call.to) + call.path;
    if (!plan.parent.equals("own")) {
      send.send(call.id, url);
      return;
    }
    Span span = tracer.spanBuilder("GET /checkout").setSpanKind(SpanKind.SERVER).setNoParent().startSpan();
    try (Scope scope = span.makeCurrent()) {
      send.send(call.id, url);
    } catch (Exception failed) {
      span.setStatus(StatusCode.ERROR);
      throw failed;
    } finally {
      span.end();
    }
  }

  /** As the names of the files say that it was started with. */
  private void noteVersions() throws IOException {
    notes.versions.put("java", System.getProperty("java.version"));
    Pattern name = Pattern.compile("(okhttp-jvm|resilience4j-retry|resilience4j-circuitbreaker|opentelemetry-javaagent)-(.*)\\.jar");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("target/lib"))) {
      for (Path file : files) {
        Matcher found = name.matcher(file.getFileName().toString());
        if (found.matches()) notes.versions.put(found.group(1), found.group(2));
      }
    }
  }
}
