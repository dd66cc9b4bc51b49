"""Kiosk and bank simulator never import each other; here it is seen that card, token and PIN block fit."""

from __future__ import annotations

from psec.des import decrypt_tdes_ecb
from psec.pinblock import decode_pinblock_iso_0

from firmware_bridge.simulator.keys import read_key
from guitai.messages.cash import NotesStacked
from guitai.money import yuan
from headquarters.bank.customers import load_customers
from headquarters.bank.debits import mint


async def test_the_banks_customers_are_known_by_their_cards(bench):
    keys = bench.config.paths.keys
    customers = load_customers(read_key(keys, "card_token.key")).by_token
    token, customer = next(iter(customers.items()))
    assert (await bench.insert(customer.card)).card_token == token
    await bench.hands.type_pin("246810")
    block = await bench.port.enter_pin("p1", lambda _: None)
    clear = decrypt_tdes_ecb(read_key(keys, "pin.key"), bytes(block))
    assert decode_pinblock_iso_0(clear, customer.card) == "246810"


async def test_the_banks_customers_are_known_by_their_id_cards(bench):
    known = load_customers(read_key(bench.config.paths.keys, "card_token.key"))
    token, customer = next(iter(known.by_token.items()))
    await bench.hands.lay_id_card(customer.name, customer.id_number, "1968-03-16", "2015-05-05")
    assert known.by_person[(await bench.port.read_id_card("i1")).person_token] == token


async def test_the_dispenser_takes_the_banks_token(bench):
    key = read_key(bench.config.paths.keys, "e2e.key")
    token = mint(key, await bench.port.command_nonce(), yuan(300))
    assert await bench.port.dispense("r1", yuan(300), token, "d1") == NotesStacked("r1", yuan(300))
