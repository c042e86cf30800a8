use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use tinyweb::Request;

#[derive(Debug)]
pub enum OrderError {
    NoCustomer { id: String, email: String },
    NoCoupon { id: String, email: String },
}

impl std::error::Error for OrderError {}

impl fmt::Display for OrderError {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            OrderError::NoCustomer { id, email } => write!(out, "no customer with id {} ({})", id, email),
            OrderError::NoCoupon { id, email } => write!(out, "no coupon with id {} ({})", id, email),
        }
    }
}

pub fn find_customer(request: &Request) -> anyhow::Result<()> {
    Err(OrderError::NoCustomer { id: request["CUSTOMER"].clone(), email: request["EMAIL"].clone() }.into())
}

pub fn find_coupon(request: &Request) -> anyhow::Result<()> {
    Err(OrderError::NoCoupon { id: request["ORDER"].clone(), email: request["EMAIL"].clone() }.into())
}

pub fn invoice_address(request: &Request) -> anyhow::Result<()> {
    let found = address_of(&request["CUSTOMER"]);

    print_to(found.unwrap());
    Ok(())
}

pub fn shipping_label(request: &Request) -> anyhow::Result<()> {
    let found = address_of(&request["EMAIL"]);

    print_to(found.unwrap());
    Ok(())
}

fn address_of(customer: &str) -> Option<String> {
    customer.strip_prefix("vip-").map(String::from)
}

fn print_to(address: String) {
    eprintln!("{}", address);
}

pub fn customer(request: &Request) -> anyhow::Result<()> {
    let found = request["NAME"].parse::<u32>();

    print_to(found.expect("customers have numbers").to_string());
    Ok(())
}

pub fn first_item(request: &Request) -> anyhow::Result<()> {
    let rows = vec![request["SKU"].clone()];

    print_to(rows[request["COUNT"].parse::<usize>()?].clone());
    Ok(())
}

pub fn reserve(request: &Request) -> anyhow::Result<()> {
    let basket = HashMap::from([(request["SKU"].clone(), 0)]);

    if basket[&request["SKU"]] == 0 {
        panic!("product {} is out of stock: {} wanted, 0 left", request["SKU"], request["COUNT"]);
    }
    Ok(())
}

pub fn check_total(request: &Request) -> anyhow::Result<()> {
    let price = request["ORDER"].parse::<u64>()?;

    assert_eq!(price, request["COUNT"].parse::<u64>()?, "order {} has another total", request["UUID"]);
    Ok(())
}

pub fn add_twice(request: &Request) -> anyhow::Result<()> {
    let basket = RefCell::new(vec![request["SKU"].clone()]);

    let reply = basket.borrow();
    basket.borrow_mut().push(reply[0].clone());
    Ok(())
}
