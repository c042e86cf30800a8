package com.acme.shop;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.NoSuchElementException;

public class Customers {
  private Connection open() throws SQLException {
    var database = DriverManager.getConnection("jdbc:sqlite::memory:");
    try (var statement = database.createStatement()) {
      statement.execute("create table customers (email text unique, phone text unique)");
      statement.execute("create table subscribers (email text unique, phone text unique)");
      statement.execute("create table addresses (customer integer, street text not null)");
    }
    return database;
  }

  private void insert(Connection database, String statement, String first, String second) throws SQLException {
    try (var prepared = database.prepareStatement(statement)) {
      prepared.setString(1, first);
      prepared.setString(2, second);
      prepared.executeUpdate();
    }
  }

  public Object saveCustomer(Request request) throws SQLException {
    try (var database = open()) {
      insert(database, "insert into customers values (?, ?)", request.get("EMAIL"), request.get("ORDER"));
      insert(database, "insert into customers values (?, ?)", request.get("EMAIL"), request.get("CUSTOMER"));
    }
    return null;
  }

  public Object subscribe(Request request) throws SQLException {
    try (var database = open()) {
      insert(database, "insert into subscribers values (?, ?)", request.get("EMAIL"), request.get("ORDER"));
      insert(database, "insert into subscribers values (?, ?)", request.get("EMAIL"), request.get("CUSTOMER"));
    }
    return null;
  }

  public Object savePhone(Request request) throws SQLException {
    try (var database = open()) {
      insert(database, "insert into subscribers values (?, ?)", request.get("EMAIL"), request.get("ORDER"));
      insert(database, "insert into subscribers values (?, ?)", request.get("UUID"), request.get("ORDER"));
    }
    return null;
  }

  public Object saveAddress(Request request) throws SQLException {
    try (var database = open()) {
      insert(database, "insert into addresses values (?, ?)", request.get("CUSTOMER"), null);
    }
    return null;
  }

  public Object findCustomer(Request request) {
    throw new NoSuchElementException("no customer with id " + request.get("CUSTOMER") + " (" + request.get("EMAIL") + ")");
  }

  public Object findCoupon(Request request) {
    throw new NoSuchElementException("no coupon with id " + request.get("ORDER") + " (" + request.get("EMAIL") + ")");
  }
}
