use std::collections::HashMap;
use std::hint::black_box;
use tinyweb::Request;

trait Label {
    fn print(&self) -> String;
}

struct Parcel {
    sizes: HashMap<&'static str, f64>,
    name: Option<String>,
}

impl Label for Parcel {
    #[inline(never)]
    fn print(&self) -> String {
        self.name.as_ref().expect("a parcel has a name").to_uppercase()
    }
}

impl Parcel {
    fn empty() -> Self {
        Parcel { sizes: HashMap::new(), name: black_box(None) }
    }

    #[inline(never)]
    fn size(&self, name: &str) -> f64 {
        *self.sizes.get(name).unwrap()
    }
}

pub fn label(request: &Request) -> anyhow::Result<()> {
    let entry = Parcel::empty();

    black_box((entry.print(), &request["SKU"]));
    Ok(())
}

#[inline(never)]
pub fn width(request: &Request) -> anyhow::Result<()> {
    let found = Parcel::empty().size("width");

    black_box((found, &request["SKU"]));
    Ok(())
}

#[inline(never)]
pub fn weight(request: &Request) -> anyhow::Result<()> {
    let found = Parcel::empty().size("weight");

    black_box((&request["UUID"], found + 0.2));
    Ok(())
}

#[inline(never)]
pub fn zone(request: &Request) -> anyhow::Result<()> {
    let text = request["NAME"].as_bytes().to_vec();

    let broken = String::from_utf8([text, vec![0xff]].concat());
    black_box(broken.unwrap());
    Ok(())
}

#[inline(never)]
pub fn points(request: &Request) -> anyhow::Result<()> {
    let rows = vec![request["SKU"].clone()];

    anyhow::ensure!(rows.len() > 1, "{} has {} points, more are wanted", request["UUID"], rows.len());
    Ok(())
}
