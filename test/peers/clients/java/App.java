import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** An app that knows nothing of OpenTelemetry: the agent does. */
public class App {
  public static void main(String[] args) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/charge", exchange -> { throw new IllegalStateException("card was refused"); });
    server.start();
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/charge");
    HttpRequest charge = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build();
    try {
      HttpClient.newHttpClient().send(charge, HttpResponse.BodyHandlers.discarding());
    } catch (IOException unanswered) {
      // The server answers nothing after such a failure.
    }
    server.stop(0);
  }
}
