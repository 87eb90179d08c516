<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>ArchiveController</name>
    <message numerus="yes">
        <source>%n item(s) removed.</source>
        <translation>
            <numerusform>%n item removed.</numerusform>
            <numerusform>%n items removed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CompareTab</name>
    <message numerus="yes">
        <source>%n picture(s) selected. Measuring them under all codecs takes a while.</source>
        <translation>
            <numerusform>%n picture selected. Measuring it under all codecs takes a while.</numerusform>
            <numerusform>%n pictures selected. Measuring them under all codecs takes a while.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DetailsModel</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FiguresPanel</name>
    <message numerus="yes">
        <source>%Ln selected item(s)</source>
        <translation>
            <numerusform>%Ln selected item</numerusform>
            <numerusform>%Ln selected items</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FileTreeModel</name>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n failed</numerusform>
            <numerusform>%n failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n with a warning</source>
        <translation>
            <numerusform>%n with a warning</numerusform>
            <numerusform>%n with a warning</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln files</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pixel-exact</source>
        <translation>
            <numerusform>%n pixel-exact</numerusform>
            <numerusform>%n pixel-exact</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left out</source>
        <comment>files and folders</comment>
        <translation>
            <numerusform>%n left out</numerusform>
            <numerusform>%n left out</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FileView</name>
    <message numerus="yes">
        <source>%Ln items</source>
        <translation>
            <numerusform>%Ln item</numerusform>
            <numerusform>%Ln items</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FormatText</name>
    <message numerus="yes">
        <source>%1 bytes</source>
        <translation>
            <numerusform>%1 byte</numerusform>
            <numerusform>%1 bytes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>JobText</name>
    <message numerus="yes">
        <source>%n item(s) skipped.</source>
        <translation>
            <numerusform>%n item skipped.</numerusform>
            <numerusform>%n items skipped.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) could not be read and are not in the archive.</source>
        <translation>
            <numerusform>%n item could not be read and is not in the archive.</numerusform>
            <numerusform>%n items could not be read and are not in the archive.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) compressed: %1 became %2 (%3), in %4.</source>
        <translation>
            <numerusform>%n file compressed: %1 became %2 (%3), in %4.</numerusform>
            <numerusform>%n files compressed: %1 became %2 (%3), in %4.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them will come back with the same pixels in a new file.</source>
        <translation>
            <numerusform>%n of them will come back with the same pixels in a new file.</numerusform>
            <numerusform>%n of them will come back with the same pixels in a new file.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) could not be extracted.</source>
        <translation>
            <numerusform>%n item could not be extracted.</numerusform>
            <numerusform>%n items could not be extracted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) extracted to %1.</source>
        <translation>
            <numerusform>%n file extracted to %1.</numerusform>
            <numerusform>%n files extracted to %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them came back with the same pixels in a new file.</source>
        <translation>
            <numerusform>%n of them came back with the same pixels in a new file.</numerusform>
            <numerusform>%n of them came back with the same pixels in a new file.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) are damaged.</source>
        <translation>
            <numerusform>%n item is damaged.</numerusform>
            <numerusform>%n items are damaged.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) tested: all come back byte for byte.</source>
        <translation>
            <numerusform>%n file tested: it comes back byte for byte.</numerusform>
            <numerusform>%n files tested: all come back byte for byte.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) tested: %1 byte for byte, %2 with the same pixels in a new file.</source>
        <translation>
            <numerusform>%n file tested: %1 byte for byte, %2 with the same pixels in a new file.</numerusform>
            <numerusform>%n files tested: %1 byte for byte, %2 with the same pixels in a new file.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) are lost.</source>
        <translation>
            <numerusform>%n item is lost.</numerusform>
            <numerusform>%n items are lost.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n intact file(s) saved in %1.</source>
        <translation>
            <numerusform>%n intact file saved in %1.</numerusform>
            <numerusform>%n intact files saved in %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ListPanel</name>
    <message numerus="yes">
        <source>%n file(s), %1</source>
        <translation>
            <numerusform>%n file, %1</numerusform>
            <numerusform>%n files, %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> · %n left out</source>
        <translation>
            <numerusform> · %n left out</numerusform>
            <numerusform> · %n left out</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NoteText</name>
    <message numerus="yes">
        <source>These figures are of the pixels, not what is stored for %n of the pictures.</source>
        <translation>
            <numerusform>These figures are of the pixels, not what is stored for %n of the pictures.</numerusform>
            <numerusform>These figures are of the pixels, not what is stored for %n of the pictures.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProblemsPanel</name>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problems</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PromptText</name>
    <message numerus="yes">
        <source>Remove %n item(s) from “%1”?</source>
        <translation>
            <numerusform>Remove %n item from “%1”?</numerusform>
            <numerusform>Remove %n items from “%1”?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of the files already exist in this folder.</source>
        <translation>
            <numerusform>%n of the files already exists in this folder.</numerusform>
            <numerusform>%n of the files already exist in this folder.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The list with %n file(s) has not been compressed.</source>
        <translation>
            <numerusform>The list with %n file has not been compressed.</numerusform>
            <numerusform>The list with %n files has not been compressed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>These are %n archives. One can be open at a time.</source>
        <translation>
            <numerusform>This is %n archive. One can be open at a time.</numerusform>
            <numerusform>These are %n archives. One can be open at a time.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of these files are Bit-Swap archives.</source>
        <translation>
            <numerusform>%n of these files is a Bit-Swap archive.</numerusform>
            <numerusform>%n of these files are Bit-Swap archives.</numerusform>
        </translation>
    </message>
</context>
</TS>
