package com.acme.shop;

import java.util.Map;

/** What customers and other services sent, which differs from one occurrence to the next. */
public record Request(Map<String, String> values) {
  public String get(String name) {
    return values.get(name);
  }

  public int number(String name) {
    return Integer.parseInt(values.get(name));
  }

  public String upstream(String path) {
    return "http://" + get("HOST") + ":" + get("UPSTREAM_PORT") + path;
  }
}
