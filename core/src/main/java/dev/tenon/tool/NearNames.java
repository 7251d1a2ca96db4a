package dev.tenon.tool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names that a misspelt name may have meant. */
final class NearNames {
    /** Longer names are cut: their beginnings tell them apart, and the work stays bounded. */
    private static final int LONGEST = 64;

    private static final int MOST = 3;

    private NearNames() {}

    private record Near(String name, int distance) {}

    static List<String> of(String wanted, Collection<String> names) {
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

    /** Levenshtein's distance, row by row. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int up = row[j];
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + change);
                diagonal = up;
            }
        }
        return row[b.length()];
    }
}
