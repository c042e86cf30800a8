package com.acme.shop;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.tinyweb.App;

public class Main {
  /** These are recorded by code that has no stack trace. */
  private static final Pattern WITHOUT_STACK = Pattern.compile("^(?:declined|lookup|unique)/");

  public static void main(String[] args) {
    App<Request> app = new App<>();
    Orders orders = new Orders();
    Catalog catalog = new Catalog();
    Customers customers = new Customers();
    Payments payments = new Payments();
    Shipping shipping = new Shipping();
    app.route("null/invoice-address", orders::invoiceAddress);
    app.route("null/shipping-label", orders::shippingLabel);
    app.route("index/first-item", orders::firstItem);
    app.route("out-of-stock", orders::reserve);
    app.route("cause/import", orders::importOrders);
    app.route("state/total", orders::checkTotal);
    app.route("json/webhook", payments::receiveWebhook);
    app.route("json/settings", payments::readSettings);
    app.route("number/amount", payments::parseAmount);
    app.route("refused/charge", payments::charge);
    app.route("upstream/invoice", payments::fetchInvoice);
    app.route("timeout/receipt", payments::fetchReceipt);
    app.route("refund", payments::refund);
    app.route("zero/discount", catalog::discount);
    app.route("recursion/categories", catalog::categoryPath);
    app.route("lambda/prices", catalog::prices);
    app.route("async/stock", catalog::stockLevel);
    app.route("cast/filter", catalog::filter);
    app.route("constraint/email", customers::saveCustomer);
    app.route("constraint/address", customers::saveAddress);
    app.route("stream/labels", shipping::labels);
    app.route("executor/pickup", shipping::pickup);
    app.route("anonymous/sort", shipping::sorted);
    app.route("optional/carrier", shipping::carrier);
    app.route("iterator/parcels", shipping::dropAll);
    app.route("closed/manifest", shipping::manifest);
    app.route("inner/weight", shipping::weigh);
    app.route("enum/service", shipping::serviceOf);
    app.route("inline/pickup-point", request -> shipping.points().get(request.get("SKU")).toString());
    app.route("inline/return-label", request -> Main.returnLabel(request.get("NAME")));
    app.route("declined/expired", payments::chargeExpiredCard);
    app.route("declined/funds", payments::chargeWithoutFunds);
    app.route("lookup/customer", customers::findCustomer);
    app.route("lookup/coupon", customers::findCoupon);
    app.route("unique/email", customers::subscribe);
    app.route("unique/phone", customers::savePhone);
    if (System.getenv("CALLER").equals("middlewares")) {
      app.use(App::limitRate);
      app.use(App::authenticate);
    }
    app.serve(new Request(System.getenv()), Main::record);
    System.exit(0);
  }

  private static Object returnLabel(String name) {
    throw new UnsupportedOperationException("no label for " + name);
  }

  private static void record(String bug, Throwable thrown) {
    try {
      StringWriter stack = new StringWriter();
      thrown.printStackTrace(new PrintWriter(stack));
      Map<String, String> sample = new LinkedHashMap<>();
      sample.put("bug", bug);
      sample.put("type", thrown.getClass().getCanonicalName());
      sample.put("message", thrown.getMessage() == null ? "" : thrown.getMessage());
      sample.put("stacktrace", WITHOUT_STACK.matcher(bug).find() ? "" : stack.toString());
      System.out.println(new ObjectMapper().writeValueAsString(sample));
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
