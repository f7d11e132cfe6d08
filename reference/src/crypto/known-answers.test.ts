import { describe, expect, it } from "vitest";
import { CryptoError, native, portable } from "./index.ts";

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.each([portable, native])("known answers of the $name provider", (crypto) => {
  it.each([
    [
      "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
      "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
      "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
    ],
    [
      "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
      "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
      "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
    ],
  ])("X25519, RFC 7748 section 5.2, scalar %s", (scalar, point, result) => {
    expect(toHex(crypto.x25519(hex(scalar), hex(point)))).toBe(result);
  });

  it("X25519 repeated, RFC 7748 section 5.2", () => {
    let k = hex(`09${"00".repeat(31)}`);
    let u = k;
    const results: Record<number, string> = {
      1: "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
      100: "b1a5a73158904c020866c13939dd7e1aa26852ee1d2609c92e5a8f1debe2150a",
    };
    for (let round = 1; round <= 100; round++) {
      [k, u] = [crypto.x25519(k, u), k];
      const expected = results[round];
      if (expected !== undefined) expect(toHex(k)).toBe(expected);
    }
  });

  it.each([
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  ])("X25519 refuses the point of small order %s (FLT-SES-008)", (point) => {
    const act = (): unknown => crypto.x25519(new Uint8Array(32).fill(7), hex(point));
    expect(act).toThrow(CryptoError);
    expect(act).toThrow(expect.objectContaining({ code: "LOW_ORDER_POINT" }));
  });

  it.each([
    [
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ])("Ed25519, RFC 8032 section 7.1, seed %s", (seed, publicKey, message, signature) => {
    expect(toHex(crypto.ed25519PublicKey(hex(seed)))).toBe(publicKey);
    expect(toHex(crypto.ed25519Sign(hex(seed), hex(message)))).toBe(signature);
    expect(crypto.ed25519Verify(hex(publicKey), hex(message), hex(signature))).toBe(true);
    expect(crypto.ed25519Verify(hex(publicKey), hex(`${message}00`), hex(signature))).toBe(false);
  });

  it.each([
    ["", "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"],
    ["abc", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"],
  ])("BLAKE2b-256 of %j", (text, digest) => {
    expect(toHex(crypto.blake2b256(utf8(text)))).toBe(digest);
  });

  it("SHA-256 of abc, FIPS 180-4", () => {
    expect(toHex(crypto.sha256(utf8("abc")))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("HKDF, RFC 5869 appendix A.1", () => {
    const okm = crypto.hkdfSha256(
      new Uint8Array(22).fill(0x0b),
      hex("000102030405060708090a0b0c"),
      hex("f0f1f2f3f4f5f6f7f8f9"),
      42,
    );
    expect(toHex(okm)).toBe("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  });

  it.each([
    [0, "530f8afbc74536b9a963b4f1c4cb738b"],
    [16, "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"],
  ])("AES-256-GCM of %i zeros, test cases 13 and 14 of the GCM specification", (length, sealed) => {
    const aead = crypto.aes256gcm(new Uint8Array(32));
    const out = new Uint8Array(length + 16);
    aead.sealInto(new Uint8Array(12), new Uint8Array(length), out, 0);
    expect(toHex(out)).toBe(sealed);
    expect(aead.open(new Uint8Array(12), out)).toHaveLength(length);
  });
});
