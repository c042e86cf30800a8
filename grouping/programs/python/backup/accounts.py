import sqlite3

SCHEMA = """
create table accounts (id integer primary key, email text not null unique, owner text not null);
create table subscribers (email text not null unique);
create table assignments (account integer not null references accounts (id), plan text not null check (plan <> ''));
"""


def open_database():
    database = sqlite3.connect(":memory:")
    database.executescript(SCHEMA)
    return database


def execute(database, statement, values):
    with database:
        return database.execute(statement, values)


def find_account(request):
    accounts = {"7": {"email": "root@example.com"}}
    return accounts.get(request["CUSTOMER"])


def notify_owner(request):
    found = find_account(request)

    return found.email.lower()


def create_account(request):
    database = open_database()
    entry = (request["EMAIL"], request["NAME"])

    execute(database, "insert into accounts (email, owner) values (?, ?)", entry)
    execute(database, "insert into accounts (email, owner) values (?, ?)", entry)


def assign_plan(request):
    database = open_database()
    entry = (request["CUSTOMER"], None)

    execute(database, "insert into assignments (account, plan) values (?, ?)", entry)


def import_email(request):
    database = open_database()
    execute(database, "insert into subscribers (email) values (?)", (request["EMAIL"],))
    execute(database, "insert into subscribers (email) values (?)", (request["EMAIL"],))


def import_owner(request):
    database = open_database()
    execute(database, "insert into subscribers (email) values (?)", (None,))
