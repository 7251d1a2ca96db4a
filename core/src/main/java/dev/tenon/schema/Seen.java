package dev.tenon.schema;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/** Which members and items of one value some schema has looked at: what {@code unevaluatedProperties} and its twin ask for. */
final class Seen {
    private final Set<String> members = new HashSet<>();
    private final BitSet items = new BitSet();
    private boolean allMembers;
    private boolean allItems;

    void member(String name) {
        if (!allMembers) {
            members.add(name);
        }
    }

    void everyMember() {
        allMembers = true;
    }

    void item(int index) {
        items.set(index);
    }

    void items(int end) {
        items.set(0, end);
    }

    void everyItem() {
        allItems = true;
    }

    boolean hasMember(String name) {
        return allMembers || members.contains(name);
    }

    boolean hasItem(int index) {
        return allItems || items.get(index);
    }

    void add(Seen other) {
        allMembers |= other.allMembers;
        allItems |= other.allItems;
        members.addAll(other.members);
        items.or(other.items);
    }
}
