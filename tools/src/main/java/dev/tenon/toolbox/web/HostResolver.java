package dev.tenon.toolbox.web;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host's name. Implementations must be thread-safe; a call may block. */
@FunctionalInterface
public interface HostResolver {
    /** As the system does. */
    HostResolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /**
     * The addresses of a name, in the order to try them.
     *
     * @throws UnknownHostException where it has none
     */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
