package com.acme.shop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

public class Shipping {
  enum Service {
    STANDARD,
    EXPRESS
  }

  private final Map<String, String> carriers = new HashMap<>();

  class Scale {
    int weigh(String sku) {
      return carriers.get(sku).length();
    }
  }

  static class Manifest implements AutoCloseable {
    private final String id;

    Manifest(String id) {
      this.id = id;
    }

    void print() {
      throw new IllegalStateException("manifest " + id + " is empty");
    }

    @Override
    public void close() throws IOException {
      throw new IOException("printer of " + id + " is busy");
    }
  }

  public Map<String, String> points() {
    return carriers;
  }

  public Object labels(Request request) {
    var rows = List.of(request.get("NAME"), request.get("SKU"));

    return rows.stream().map(this::label).toList();
  }

  private String label(String text) {
    return text.substring(0, 500);
  }

  public Object pickup(Request request) throws ExecutionException, InterruptedException {
    var pool = Executors.newSingleThreadExecutor();

    return pool.submit(() -> carriers.get(request.get("SKU")).trim()).get();
  }

  public Object sorted(Request request) {
    var rows = new ArrayList<Object>(List.of(request.get("ORDER"), request.number("ORDER")));

    rows.sort(
        new Comparator<Object>() {
          @Override
          public int compare(Object one, Object other) {
            return ((String) one).compareTo((String) other);
          }
        });
    return rows;
  }

  public Object carrier(Request request) {
    var found = Optional.ofNullable(carriers.get(request.get("SKU")));

    return found.orElseThrow();
  }

  public Object dropAll(Request request) {
    var rows = new ArrayList<String>(List.of(request.get("NAME"), request.get("SKU"), request.get("UUID")));

    for (String row : rows) rows.remove(row);
    return rows;
  }

  public Object manifest(Request request) throws IOException {
    try (var entry = new Manifest(request.get("UUID"))) {
      entry.print();
      return entry;
    }
  }

  public Object weigh(Request request) {
    return new Scale().weigh(request.get("SKU"));
  }

  public Object serviceOf(Request request) {
    var text = request.get("NAME");

    return Service.valueOf(text);
  }
}
