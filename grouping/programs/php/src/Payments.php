<?php

namespace Acme\Shop;

final class Payments
{
    public function receiveWebhook(array $request): mixed
    {
        $found = json_decode('{' . $request['BODY'], true, 8, JSON_THROW_ON_ERROR);

        return $found['event'];
    }

    public function charge(array $request): mixed
    {
        $reply = $this->post("http://{$request['HOST']}:{$request['PORT']}/charges/{$request['UUID']}");

        return $reply['id'];
    }

    private function post(string $url): array
    {
        $context = stream_context_create(['http' => ['method' => 'POST', 'timeout' => 1]]);

        return json_decode(file_get_contents($url, false, $context), true);
    }

    /** One line that fails for several reasons. */
    public function refund(array $request): void
    {
        $text = $request['REASON'];

        throw new \LogicException("refund of order {$request['ORDER']} rejected: " . $text);
    }

    public function amount(array $request): float
    {
        $price = $request['AMOUNT'];

        return $this->withTax($price . $request['SKU']);
    }

    private function withTax(float $amount): float
    {
        return $amount * 1.19;
    }

    public function chargeExpiredCard(array $request): void
    {
        throw new \RuntimeException("payment {$request['UUID']} of {$request['AMOUNT']} EUR declined: card expired");
    }

    public function chargeWithoutFunds(array $request): void
    {
        throw new \RuntimeException("payment {$request['UUID']} of {$request['AMOUNT']} EUR declined: insufficient funds");
    }
}
