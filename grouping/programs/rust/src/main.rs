mod catalog;
mod orders;
mod payments;
mod shipping;

use std::backtrace::Backtrace;
use std::cell::Cell;
use tinyweb::App;

thread_local! {
    static BUG: Cell<&'static str> = const { Cell::new("") };
}

fn main() {
    let mut app: App<anyhow::Result<()>> = App::default();
    app.route("unwrap/address", orders::invoice_address);
    app.route("unwrap/label", orders::shipping_label);
    app.route("expect/customer", orders::customer);
    app.route("index/item", orders::first_item);
    app.route("out-of-stock", orders::reserve);
    app.route("assert/total", orders::check_total);
    app.route("borrow/cart", orders::add_twice);
    app.route("zero/discount", catalog::discount);
    app.route("closure/prices", catalog::prices);
    app.route("slice/preview", catalog::preview);
    app.route("overflow/stock", catalog::stock);
    app.route("json/webhook", payments::receive_webhook);
    app.route("json/settings", payments::read_settings);
    app.route("context/import", payments::import_orders);
    app.route("refused/charge", payments::charge);
    app.route("refund", payments::refund);
    app.route("declined/expired", payments::charge_expired_card);
    app.route("declined/funds", payments::charge_without_funds);
    app.route("lookup/customer", orders::find_customer);
    app.route("lookup/coupon", orders::find_coupon);
    app.route("number/amount", payments::parse_amount);
    app.route("trait/label", shipping::label);
    app.route("shared/width", shipping::width);
    app.route("shared/weight", shipping::weight);
    app.route("utf8/zone", shipping::zone);
    app.route("ensured/points", shipping::points);
    if std::env::var("CALLER").as_deref() == Ok("middlewares") {
        app.wrap(tinyweb::limit_rate);
        app.wrap(tinyweb::authenticate);
    }
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.payload_as_str().unwrap_or("Box<dyn Any>");
        print("panic", text, &Backtrace::force_capture().to_string());
    }));
    let request = std::env::vars().collect();
    app.serve(&request, |name| BUG.set(name), |answer| record(answer.unwrap_err()));
}

fn record(error: anyhow::Error) {
    // Errors with a type of their own are recorded by what they say; anyhow has taken a trace of the others.
    match error.downcast_ref::<orders::OrderError>() {
        Some(own) => print("shop::orders::OrderError", &own.to_string(), ""),
        None => print("anyhow::Error", &error.to_string(), &format!("{error:?}")),
    }
}

fn print(kind: &str, message: &str, stacktrace: &str) {
    let bug = BUG.get();
    println!("{}", serde_json::json!({ "bug": bug, "type": kind, "message": message, "stacktrace": stacktrace }));
}
