package dev.tenon.tool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Names that a misspelt name may have meant. */
public final class NearNames {
    /** Longer names are cut: their beginnings tell them apart, and the work stays bounded. */
    private static final int LONGEST = 64;

    private static final int MOST = 3;

    private NearNames() {}

    private record Near(String name, int distance) {}

    /** Those that are nearest to a name, at most three, nearest first; none where nothing is near. */
    public static List<String> of(String wanted, Collection<String> names) {
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(names, "names");
        String want = plain(wanted);
        List<Near> near = new ArrayList<>();
        for (String name : names) {
            String have = plain(name);
            int distance = have.contains(want) || want.contains(have) && !have.isEmpty() ? 0 : distance(want, have);
            if (!want.isEmpty() && distance <= Math.max(want.length(), have.length()) / 3) {
                near.add(new Near(name, distance));
            }
        }
        near.sort(Comparator.comparingInt(Near::distance).thenComparing(Near::name));
        return near.stream().limit(MOST).map(Near::name).toList();
    }

    private static String plain(String name) {
        String cut = name.length() > LONGEST ? name.substring(0, LONGEST) : name;
        return cut.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** How many letters must be changed, put in, left out or swapped with their neighbour; row by row. */
    private static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] spent = beforeLast;
            beforeLast = last;
            last = row;
            row = spent;
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                row[j] = Math.min(Math.min(last[j], row[j - 1]) + 1, last[j - 1] + (same ? 0 : 1));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
        }
        return row[b.length()];
    }
}
