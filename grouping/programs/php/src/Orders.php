<?php

namespace Acme\Shop;

use TinyHttp\Validator;

final class OutOfStock extends \DomainException
{
    public function __construct(string $sku, int $wanted)
    {
        parent::__construct("product $sku is out of stock: $wanted wanted, 0 left");
    }
}

final class Orders
{
    private array $customers = [];

    public function invoiceAddress(array $request): string
    {
        $found = $this->customers[$request['CUSTOMER']] ?? null;

        return $this->format($found);
    }

    private function format(?Customer $customer): string
    {
        return $customer->address();
    }

    public function shippingLabel(array $request): string
    {
        $found = $this->customers[$request['EMAIL']] ?? null;

        return $request['ORDER'] . ': ' . $found->address();
    }

    public function currency(array $request): string
    {
        $entry = ['amount' => $request['AMOUNT']];

        return $entry['currency'];
    }

    public function country(array $request): string
    {
        $entry = ['street' => $request['NAME']];

        return strtoupper($entry['country']);
    }

    public function reserve(array $request): array
    {
        $rows = [];

        if (count($rows) < (int) $request['COUNT']) {
            throw new OutOfStock($request['SKU'], (int) $request['COUNT']);
        }
        return $rows;
    }

    public function importOrders(array $request): string
    {
        try {
            return $this->readRows($request['FILE']);
        } catch (\ErrorException $failed) {
            throw new \RuntimeException("import of {$request['FILE']} failed after {$request['COUNT']} rows", 17, $failed);
        }
    }

    private function readRows(string $path): string
    {
        return file_get_contents($path);
    }

    public function checkTotal(array $request): float
    {
        $price = (float) $request['AMOUNT'];

        assert($price < 0, "order {$request['UUID']} has another total");
        return $price;
    }

    public function checkout(array $request): void
    {
        $basket = ['sku' => $request['SKU'], 'count' => $request['NAME']];

        Validator::check(['sku' => '/^[A-Z]-/', 'count' => '/^\d+$/'], $basket);
    }
}
