package com.acme.shop;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

public class Catalog {
  private static final Map<String, String> PARENTS = Map.of("shoes", "clothes", "clothes", "shoes");

  record Product(String sku, Double net) {}

  public Object discount(Request request) {
    var rows = List.of(request.get("SKU"));

    return request.number("ORDER") / (rows.size() - 1);
  }

  public Object categoryPath(Request request) {
    return pathTo("shoes");
  }

  private String pathTo(String category) {
    var found = PARENTS.get(category);

    return pathTo(found) + "/" + category;
  }

  public Object prices(Request request) {
    var rows = List.of(new Product("A-1", 10.0), new Product(request.get("SKU"), null));

    return rows.stream().map(row -> row.net() * 1.19).toList();
  }

  public Object stockLevel(Request request) throws ExecutionException, InterruptedException {
    var reply = CompletableFuture.supplyAsync(() -> warehouse(request));

    return reply.thenApply(level -> level + 1).get();
  }

  private Integer warehouse(Request request) {
    throw new IllegalArgumentException("warehouse does not know " + request.get("SKU"));
  }

  public Object filter(Request request) {
    Object entry = Map.of("size", request.get("NAME")).get("size");

    return (Integer) entry + 1;
  }
}
