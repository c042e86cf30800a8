<?php

namespace Acme\Shop;

final class Catalog
{
    public function discount(array $request): int
    {
        $rows = [];

        return intdiv((int) $request['ORDER'], count($rows));
    }

    public function prices(array $request): array
    {
        $rows = [['sku' => 'A-1', 'price' => 10], ['sku' => $request['SKU'], 'price' => []]];

        return array_map(fn (array $row) => $row['price'] * 1.19, $rows);
    }

    public function status(array $request): string
    {
        $text = $request['NAME'];

        return match ($text) {
            'open' => 'green',
            'closed' => 'red',
        };
    }

    public function delivery(array $request): string
    {
        $text = $request['UUID'];

        return (new \DateTimeImmutable($text))->format('Y');
    }

    public function export(array $request): string
    {
        $rows = $this->lines($request);

        return implode("\n", iterator_to_array($rows));
    }

    private function lines(array $request): \Generator
    {
        yield 'sku;count';
        yield sprintf('%s;%d;%s', $request['SKU'], $request['COUNT']);
    }
}
