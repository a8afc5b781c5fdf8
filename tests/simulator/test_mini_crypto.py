"""Mini-program cryptography against the worked example of the platform notes."""

from simulator import mini_crypto

SESSION_KEY, IV = "c2Vzc2lvbmtleS0xNmJ5dA==", "aXYtaXMtMTYtYnl0ZXMhIQ=="
SEALED = (
    "eFIDpzqqdde6/PkqswHW0MaT99yg5QaI9YsMZHtrf+I9ilDOvs9oQEA/GeRW28R9IDsbFfN5+9P6QT/nn+CVq2uJMqRfQWXEyEIX/1jZWlB/979SPnJ3"
    "mfeDa3/E/54gUrkpbRCSNbvDcjNG/WCBaTPa3edMLdyMIeBd1TC0GDCYJ7Ogl0VgRCQVq6ECnqok9xSPv+l5jEty7/N1HQ917w=="
)


def test_the_worked_example_opens_to_the_phone_number():
    found = mini_crypto.decrypt(SEALED, SESSION_KEY, IV)
    assert found["phoneNumber"] == "13800000000"
    assert found["watermark"] == {"timestamp": 1700000000, "appid": "wx0123456789abcdef"}


def test_sealing_what_was_opened_gives_the_same_text():
    found = mini_crypto.decrypt(SEALED, SESSION_KEY, IV)
    assert mini_crypto.encrypt(found, SESSION_KEY, IV) == {"encryptedData": SEALED, "iv": IV}


def test_the_raw_data_signature_of_the_worked_example():
    signature = mini_crypto.sign_raw('{"nickName":"测试"}', SESSION_KEY)
    assert signature == "993531e23eb436c99b4b67dc79b5e72c16f9212a"


def test_the_session_check_is_keyed_with_the_base64_text_itself():
    expected = "00c4c9e5ff811a03f4e1683db854f03738ba578a18bfb52863c6c5eb2d5264b9"
    assert mini_crypto.sign_session(SESSION_KEY) == expected
