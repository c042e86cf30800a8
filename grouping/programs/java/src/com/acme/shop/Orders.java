package com.acme.shop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

public class Orders {
  record Customer(String name, Address address) {}

  record Address(String street, String city) {}

  private final Map<String, Customer> guests = Map.of("guest", new Customer("Guest", null));

  public Object invoiceAddress(Request request) {
    var found = guests.get("guest");

    return format(found, "invoice");
  }

  private String format(Customer customer, String kind) {
    return kind + "\n" + customer.address().street();
  }

  public Object shippingLabel(Request request) {
    var found = guests.get("guest");

    return request.get("ORDER") + ": " + found.address().street();
  }

  public Object firstItem(Request request) {
    var rows = new ArrayList<String>(List.of(request.get("SKU")));

    return rows.get(request.number("COUNT"));
  }

  public Object reserve(Request request) {
    var basket = new ArrayList<String>();

    if (basket.size() < request.number("COUNT")) throw new OutOfStockException(request.get("SKU"), request.number("COUNT"));
    return basket;
  }

  public Object importOrders(Request request) {
    try {
      return readRows(request);
    } catch (UncheckedIOException failed) {
      throw new IllegalStateException("import of " + request.get("FILE") + " failed", failed);
    }
  }

  private List<String> readRows(Request request) {
    try {
      return Files.readAllLines(Path.of(request.get("FILE")));
    } catch (IOException failed) {
      throw new UncheckedIOException("cannot read for " + request.get("EMAIL"), failed);
    }
  }

  public Object checkTotal(Request request) {
    var price = Double.parseDouble(request.get("AMOUNT"));

    if (price > 0) throw new IllegalStateException(String.format("order %s: total is %s", request.get("UUID"), price));
    return price;
  }
}
