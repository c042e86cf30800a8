use anyhow::{bail, Context};
use std::io::Write;
use std::net::TcpStream;
use tinyweb::Request;

pub fn receive_webhook(request: &Request) -> anyhow::Result<()> {
    let found = parse(&request["BODY"])?;

    eprintln!("{}", found["event"]);
    bail!("webhook {} is of no known kind", request["UUID"])
}

fn parse(body: &str) -> anyhow::Result<serde_json::Value> {
    Ok(serde_json::from_str(&format!("{{{}", body))?)
}

pub fn read_settings(request: &Request) -> anyhow::Result<()> {
    let found = parse(&request["NAME"]).context("settings are not JSON")?;

    eprintln!("{}", found["theme"]);
    Ok(())
}

pub fn import_orders(request: &Request) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&request["FILE"])
        .with_context(|| format!("cannot read {}", request["FILE"]))
        .with_context(|| format!("import for {} failed", request["EMAIL"]))?;

    eprintln!("{}", text);
    Ok(())
}

pub fn charge(request: &Request) -> anyhow::Result<()> {
    let mut reply = TcpStream::connect(format!("{}:{}", request["HOST"], request["PORT"]))?;

    reply.write_all(request["UUID"].as_bytes())?;
    Ok(())
}

/// One line that fails for several reasons.
pub fn refund(request: &Request) -> anyhow::Result<()> {
    let text = &request["REASON"];

    bail!("refund of order {} rejected: {}", request["ORDER"], text)
}

pub fn charge_expired_card(request: &Request) -> anyhow::Result<()> {
    bail!("payment {} of {} EUR declined: card expired", request["UUID"], request["AMOUNT"])
}

pub fn charge_without_funds(request: &Request) -> anyhow::Result<()> {
    bail!("payment {} of {} EUR declined: insufficient funds", request["UUID"], request["AMOUNT"])
}

pub fn parse_amount(request: &Request) -> anyhow::Result<()> {
    let price = request["AMOUNT"].parse::<u32>()?;

    eprintln!("{}", price);
    Ok(())
}
