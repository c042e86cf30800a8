package com.acme.shop;

public class OutOfStockException extends RuntimeException {
  public OutOfStockException(String sku, int wanted) {
    super("product " + sku + " is out of stock: " + wanted + " wanted, 0 left");
  }
}
