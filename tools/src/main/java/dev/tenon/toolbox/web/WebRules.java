package dev.tenon.toolbox.web;

import dev.tenon.toolbox.RefusedException;
import java.net.IDN;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which hosts may be asked. Immutable. */
record WebRules(
        List<String> allowed,
        List<String> blocked,
        Set<Integer> ports,
        HostResolver resolver,
        AddressPolicy addresses) {
    WebRules {
        allowed = List.copyOf(allowed);
        blocked = List.copyOf(blocked);
        ports = Set.copyOf(ports);
    }

    /** A domain as hosts are compared: ASCII, lower case, without a dot at its end. */
    static String domain(String given) {
        String bare = given.startsWith("*.") ? given.substring(2) : given;
        String host;
        try {
            host = IDN.toASCII(bare, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            host = "";
        }
        host = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (bare.indexOf(':') >= 0) {
            host = six(bare);
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException(
                    "a host must be a name such as example.com or *.example.com, got \"" + given + "\"");
        }
        return (given.startsWith("*.") ? "*." : "") + host;
    }

    private static String six(String given) {
        try {
            return Target.literal(given);
        } catch (RefusedException e) {
            return "";
        }
    }

    void check(Target target) {
        String may = (allowed.isEmpty() ? "public hosts" : "the hosts " + String.join(", ", allowed))
                + (blocked.isEmpty() ? "" : ", but not " + String.join(", ", blocked));
        if (blocked.stream().anyMatch(domain -> within(target.host(), domain))
                || !allowed.isEmpty() && allowed.stream().noneMatch(domain -> matches(target.host(), domain))) {
            throw new RefusedException("web.domain", "the host " + target.host() + " may not be asked", may);
        }
        if (!ports.contains(target.port())) {
            throw new RefusedException(
                    "web.port",
                    "the port " + target.port() + " may not be asked",
                    "the ports "
                            + String.join(
                                    ", ",
                                    ports.stream().sorted().map(String::valueOf).toList()));
        }
    }

    /** {@code example.com} is that host, {@code *.example.com} each below it. */
    private static boolean matches(String host, String domain) {
        return domain.startsWith("*.")
                ? host.endsWith(domain.substring(1)) && host.length() > domain.length() - 1
                : host.equals(domain);
    }

    private static boolean within(String host, String domain) {
        String bare = domain.startsWith("*.") ? domain.substring(2) : domain;
        return host.equals(bare) || host.endsWith("." + bare);
    }
}
