package com.acme.shop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

public class Payments {
  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();

  public Object receiveWebhook(Request request) throws IOException {
    var found = json.readTree("{" + request.get("BODY"));

    return found.get("event");
  }

  public Object readSettings(Request request) throws IOException {
    var text = "{\"theme\": " + request.get("NAME") + "}";

    return json.readTree(text).get("theme");
  }

  public Object parseAmount(Request request) {
    var text = request.get("NAME") + request.get("AMOUNT");

    return Integer.parseInt(text);
  }

  private JsonNode get(String url) throws IOException, InterruptedException {
    var built = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofMillis(200)).build();
    var reply = client.send(built, HttpResponse.BodyHandlers.ofString());

    if (reply.statusCode() >= 400) throw new IOException("GET " + url + " answered " + reply.statusCode());
    return json.readTree(reply.body());
  }

  public Object charge(Request request) throws IOException, InterruptedException {
    var url = "http://" + request.get("HOST") + ":" + request.get("PORT") + "/charges/" + request.get("UUID");

    return get(url).get("id");
  }

  public Object fetchInvoice(Request request) throws IOException, InterruptedException {
    var found = get(request.upstream("/503/invoices/" + request.get("ORDER")));

    return found.get("pdf");
  }

  public Object fetchReceipt(Request request) throws IOException, InterruptedException {
    var found = get(request.upstream("/slow/receipts/" + request.get("ORDER")));

    return found.get("pdf");
  }

  /** One line that fails for several reasons. */
  public Object refund(Request request) {
    var entry = request.get("REASON");

    throw new UnsupportedOperationException("refund of order " + request.get("ORDER") + " rejected: " + entry);
  }

  public Object chargeExpiredCard(Request request) {
    throw new IllegalStateException(
        "payment " + request.get("UUID") + " of " + request.get("AMOUNT") + " EUR declined: card expired");
  }

  public Object chargeWithoutFunds(Request request) {
    throw new IllegalStateException(
        "payment " + request.get("UUID") + " of " + request.get("AMOUNT") + " EUR declined: insufficient funds");
  }
}
