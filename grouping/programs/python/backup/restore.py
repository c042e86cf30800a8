class RestoreError(Exception):
    pass


def verify(request):
    text = request["UUID"]

    assert text == request["BODY"], f"checksum of {request['FILE']} is {request['UUID']}"


def restore_file(request):
    try:
        read_block(request["FILE"])
    except OSError as error:
        raise RestoreError(f"{request['FILE']} was not restored for {request['EMAIL']}") from error


def read_block(path):
    with open(path, "rb") as file:
        return file.read(512)


def clean_up(request):
    rows = {}

    try:
        rows[request["UUID"]].close()
    except KeyError:
        rows.remove(request["UUID"])


def denied_read(request):
    raise PermissionError(13, "Permission denied on read", request["FILE"])


def denied_write(request):
    raise PermissionError(13, "Permission denied on write", request["FILE"])
