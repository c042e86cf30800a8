<?php

namespace Acme\Shop;

use TinyHttp\Validator;

final class Customers
{
    private \PDO $database;

    public function __construct()
    {
        $this->database = new \PDO('sqlite::memory:');
        $this->database->exec('create table customers (email text unique, phone text unique)');
        $this->database->exec('create table subscribers (email text unique, phone text unique)');
    }

    public function signUp(array $request): void
    {
        $entry = ['email' => $request['EMAIL'], 'phone' => $request['NAME']];

        Validator::check(['email' => '/@/', 'phone' => '/^\+?\d+$/'], $entry);
    }

    private function insert(string $email, string $phone): void
    {
        $this->database->prepare('insert into customers values (?, ?)')->execute([$email, $phone]);
    }

    public function saveCustomer(array $request): void
    {
        $text = uniqid();

        $this->insert($text . $request['EMAIL'], $text . 'a');
        $this->insert($text . $request['EMAIL'], $text . 'b');
    }

    public function savePhone(array $request): void
    {
        $text = uniqid();

        $this->insert($text . 'a@example.com', $text . $request['ORDER']);
        $this->insert($text . 'b@example.com', $text . $request['ORDER']);
    }

    public function subscribe(array $request): void
    {
        $this->database->exec("insert into subscribers values ('{$request['ORDER']}@example.com', 'a')");
        $this->database->exec("insert into subscribers values ('{$request['ORDER']}@example.com', 'b')");
    }

    public function subscribePhone(array $request): void
    {
        $this->database->exec("insert into subscribers values ('c', '{$request['ORDER']}')");
        $this->database->exec("insert into subscribers values ('d', '{$request['ORDER']}')");
    }

    public function findCustomer(array $request): void
    {
        throw new \OutOfBoundsException("no customer with id {$request['CUSTOMER']} ({$request['EMAIL']})");
    }

    public function findCoupon(array $request): void
    {
        throw new \OutOfBoundsException("no coupon with id {$request['ORDER']} ({$request['EMAIL']})");
    }
}
