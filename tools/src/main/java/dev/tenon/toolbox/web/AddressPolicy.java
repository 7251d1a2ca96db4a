package dev.tenon.toolbox.web;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/** Says which machines may be reached, by their address. Asked of every address that a name resolves to, before each connection. Implementations must be thread-safe. */
@FunctionalInterface
public interface AddressPolicy {
    /**
     * Addresses of the public internet and no others: none that is private, shared, loopback, link-local (with the metadata services of clouds), reserved, for documentation, multicast, or a
     * form that holds another address (IANA's special-purpose registries for IPv4 and IPv6, 2025, and Azure's 168.63.129.16).
     */
    AddressPolicy PUBLIC = AddressPolicy::isPublic;

    /** Whether this address may be connected to. */
    boolean allows(InetAddress address);

    private static boolean isPublic(InetAddress address) {
        return switch (address) {
            case Inet4Address four -> isPublic(four.getAddress());
            case Inet6Address six -> six.getScopeId() == 0 && isPublicSix(six.getAddress());
            default -> false;
        };
    }

    private static boolean isPublic(byte[] four) {
        int a = four[0] & 255;
        int b = four[1] & 255;
        int c = four[2] & 255;
        int d = four[3] & 255;
        boolean no = a == 0
                || a == 10
                || a == 100 && b >= 64 && b < 128
                || a == 127
                || a == 168 && b == 63 && c == 129 && d == 16
                || a == 169 && b == 254
                || a == 172 && b >= 16 && b < 32
                || a == 192 && b == 0 && (c == 0 || c == 2)
                || a == 192 && b == 31 && c == 196
                || a == 192 && b == 52 && c == 193
                || a == 192 && b == 88 && c == 99
                || a == 192 && b == 168
                || a == 192 && b == 175 && c == 48
                || a == 198 && (b == 18 || b == 19)
                || a == 198 && b == 51 && c == 100
                || a == 203 && b == 0 && c == 113
                || a >= 224;
        return !no;
    }

    private static boolean isPublicSix(byte[] six) {
        int first = (six[0] & 255) << 8 | six[1] & 255;
        int second = (six[2] & 255) << 8 | six[3] & 255;
        boolean global = (first & 0xE000) == 0x2000;
        boolean special =
                first == 0x2001 && (second < 0x200 || second == 0xDB8) // protocols such as Teredo; documentation
                        || first == 0x2002 // 6to4 holds an IPv4 address
                        || first == 0x2620 && second == 0x4F && (six[4] & 255) == 0x80 && six[5] == 0 // AS112
                        || first == 0x3FFF && second < 0x1000; // documentation
        // ISATAP (RFC 5214) holds an IPv4 address in the last four bytes.
        boolean isatap = (six[8] & 0xFD) == 0 && six[9] == 0 && six[10] == 0x5E && (six[11] & 255) == 0xFE;
        return global && !special && !isatap;
    }
}
