<?php

namespace Acme\Shop;

enum Service: string
{
    case Standard = 'standard';
    case Express = 'express';
}

trait Labels
{
    public function label(array $request): string
    {
        $entry = ['name' => $request['NAME']];

        return implode(', ', $entry['address']);
    }
}

final class Parcel
{
    public function __construct(public readonly string $sku)
    {
    }
}

final class Shipping
{
    use Labels;

    private array $sizes = [];

    public function width(array $request): float
    {
        return $this->size('width', $request) * 1.1;
    }

    public function weight(array $request): float
    {
        return $this->size('weight', $request) + 0.2;
    }

    private function size(string $name, array $request): float
    {
        return $this->sizes[$name] ?? throw new \OutOfRangeException("parcel {$request['UUID']} has no size");
    }

    public function service(array $request): Service
    {
        $text = $request['NAME'];

        return Service::from($text);
    }

    public function pack(array $request): Parcel
    {
        $entry = new Parcel($request['SKU']);

        $entry->sku = $request['UUID'];
        return $entry;
    }

    public static function zone(array $request): string
    {
        $found = null;

        return $found->zoneOf($request['NAME']);
    }

    public function points(array $request): int
    {
        $rows = new \ArrayIterator([$request['SKU'], $request['NAME']]);

        $rows->seek((int) $request['ORDER']);
        return $rows->key();
    }

    public function lost(array $request): void
    {
        throw new \RuntimeException("parcel {$request['SKU']} of {$request['EMAIL']} is lost");
    }

    public function late(array $request): void
    {
        throw new \RuntimeException("parcel {$request['SKU']} of {$request['EMAIL']} is late");
    }
}
