package dev.tenon.bus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who wants events of which name: found once for each name, then looked up. Every change of the subscriptions makes new routes, so a publisher sees them all as
 * they stood at one moment, without a lock.
 */
final class Routes {
    /** Names that are remembered. Programs have dozens; one that puts ids into names would otherwise fill the memory. */
    static final int NAMES = 4_096;

    private static final Subscription[] NOBODY = {};

    private final Subscription[] all;
    private final Map<String, Subscription[]> byName = new ConcurrentHashMap<>();

    Routes(List<Subscription> all) {
        this.all = all.toArray(NOBODY);
    }

    List<Subscription> all() {
        return List.of(all);
    }

    /** In the order in which they subscribed. Not to be changed. */
    Subscription[] to(String name) {
        if (all.length == 0) {
            return NOBODY;
        }
        Subscription[] known = byName.get(name);
        return known == null ? find(name) : known;
    }

    private Subscription[] find(String name) {
        List<Subscription> found = new ArrayList<>();
        for (Subscription one : all) {
            if (one.wants(name)) {
                found.add(one);
            }
        }
        Subscription[] wanting = found.toArray(NOBODY);
        if (byName.size() >= NAMES) {
            byName.clear();
        }
        byName.put(name, wanting);
        return wanting;
    }

    Routes with(Subscription one) {
        List<Subscription> more = new ArrayList<>(all());
        more.add(one);
        return new Routes(more);
    }

    Routes without(Subscription one) {
        List<Subscription> fewer = new ArrayList<>(all());
        fewer.remove(one);
        return new Routes(fewer);
    }
}
