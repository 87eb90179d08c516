<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>ArchiveController</name>
    <message numerus="yes">
        <source>%n file(s) compressed: %1 became %2 (%3), in %4.</source>
        <translation>
            <numerusform>%n file compressed: %1 became %2 (%3), in %4.</numerusform>
            <numerusform>%n files compressed: %1 became %2 (%3), in %4.</numerusform>
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
        <source>%n file(s) skipped.</source>
        <translation>
            <numerusform>%n file skipped.</numerusform>
            <numerusform>%n files skipped.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) are damaged, see below.</source>
        <translation>
            <numerusform>%n file is damaged, see below.</numerusform>
            <numerusform>%n files are damaged, see below.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) tested: everything comes back exactly.</source>
        <translation>
            <numerusform>%n file tested: everything comes back exactly.</numerusform>
            <numerusform>%n files tested: everything comes back exactly.</numerusform>
        </translation>
    </message>
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
        <source>%n picture(s) selected. To measure them under all codecs takes a while.</source>
        <translation>
            <numerusform>%n picture selected. To measure it under all codecs takes a while.</numerusform>
            <numerusform>%n pictures selected. To measure them under all codecs takes a while.</numerusform>
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
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%n file(s), %1</source>
        <translation>
            <numerusform>%n file, %1</numerusform>
            <numerusform>%n files, %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln selected item(s)</source>
        <translation>
            <numerusform>%Ln selected item</numerusform>
            <numerusform>%Ln selected items</numerusform>
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
        <source>%n of the files are there already.</source>
        <translation>
            <numerusform>%n of the files is there already.</numerusform>
            <numerusform>%n of the files are there already.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Remove %n item(s) from “%1”?</source>
        <translation>
            <numerusform>Remove %n item from “%1”?</numerusform>
            <numerusform>Remove %n items from “%1”?</numerusform>
        </translation>
    </message>
</context>
</TS>
