<?php

require 'vendor/tinyhttp/App.php';
require 'vendor/tinyhttp/Validator.php';
require 'src/StackTrace.php';
require 'src/Orders.php';
require 'src/Catalog.php';
require 'src/Customers.php';
require 'src/Payments.php';
require 'src/Shipping.php';

use Acme\Shop\Catalog;
use Acme\Shop\Customers;
use Acme\Shop\Orders;
use Acme\Shop\Payments;
use Acme\Shop\Shipping;
use Acme\Shop\StackTrace;
use TinyHttp\App;

// As frameworks do: a warning is an error of the app.
set_error_handler(function (int $level, string $message, string $file, int $line) {
    throw new ErrorException($message, 0, $level, $file, $line);
});

$orders = new Orders();
$catalog = new Catalog();
$customers = new Customers();
$payments = new Payments();
$shipping = new Shipping();
$app = new App();
$app->route('null/invoice-address', $orders->invoiceAddress(...));
$app->route('null/shipping-label', [$orders, 'shippingLabel']);
$app->route('key/currency', [$orders, 'currency']);
$app->route('key/country', [$orders, 'country']);
$app->route('out-of-stock', [$orders, 'reserve']);
$app->route('cause/import', [$orders, 'importOrders']);
$app->route('assert/total', [$orders, 'checkTotal']);
$app->route('valid/checkout', [$orders, 'checkout']);
$app->route('valid/sign-up', [$customers, 'signUp']);
$app->route('constraint/email', [$customers, 'saveCustomer']);
$app->route('constraint/phone', [$customers, 'savePhone']);
$app->route('json/webhook', [$payments, 'receiveWebhook']);
$app->route('refused/charge', [$payments, 'charge']);
$app->route('refund', [$payments, 'refund']);
$app->route('type/amount', [$payments, 'amount']);
$app->route('zero/discount', [$catalog, 'discount']);
$app->route('closure/prices', [$catalog, 'prices']);
$app->route('match/status', [$catalog, 'status']);
$app->route('date/delivery', [$catalog, 'delivery']);
$app->route('generator/export', [$catalog, 'export']);
$app->route('shared/width', [$shipping, 'width']);
$app->route('shared/weight', [$shipping, 'weight']);
$app->route('trait/label', [$shipping, 'label']);
$app->route('enum/service', [$shipping, 'service']);
$app->route('readonly/pack', [$shipping, 'pack']);
$app->route('static/zone', [Shipping::class, 'zone']);
$app->route('iterator/points', [$shipping, 'points']);
$app->route('inline/pickup', fn (array $request) => $request['pickup']);
$app->route('parcel/lost', [$shipping, 'lost']);
$app->route('parcel/late', [$shipping, 'late']);
$app->route('declined/expired', [$payments, 'chargeExpiredCard']);
$app->route('declined/funds', [$payments, 'chargeWithoutFunds']);
$app->route('unique/email', [$customers, 'subscribe']);
$app->route('unique/phone', [$customers, 'subscribePhone']);
$app->route('lookup/customer', [$customers, 'findCustomer']);
$app->route('lookup/coupon', [$customers, 'findCoupon']);

if (getenv('CALLER') === 'middlewares') {
    $app->pipe([App::class, 'limitRate']);
    $app->pipe([App::class, 'authenticate']);
}

$app->serve(getenv(), function (string $bug, Throwable $thrown): void {
    // These are recorded by code that has no stack trace.
    $withoutStack = preg_match('#^(declined|unique|lookup|parcel)/#', $bug);
    $sample = [
        'bug' => $bug,
        'type' => $thrown::class,
        'message' => $thrown->getMessage(),
        'stacktrace' => $withoutStack ? '' : StackTrace::of($thrown),
    ];
    echo json_encode($sample, JSON_INVALID_UTF8_SUBSTITUTE), "\n";
});
