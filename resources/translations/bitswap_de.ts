<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Bit-Swap Archiver</source>
        <translation>Über Bit-Swap Archiver</translation>
    </message>
    <message>
        <source>Bit-Swap Archiver %1</source>
        <translation>Bit-Swap Archiver %1</translation>
    </message>
    <message>
        <source>Lossless image archives with hierarchical latent variables.

Free software under the GNU General Public License, version 3 or later (GPL-3.0-or-later). It comes without any warranty.</source>
        <translation>Verlustfreie Bildarchive mit hierarchischen latenten Variablen.

Freie Software unter der GNU General Public License, Version 3 oder neuer (GPL-3.0-or-later). Ohne jede Gewährleistung.</translation>
    </message>
    <message>
        <source>Libraries</source>
        <translation>Bibliotheken</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Versions of libraries and models</source>
        <translation>Versionen der Bibliotheken und Modelle</translation>
    </message>
</context>
<context>
    <name>ArchiveController</name>
    <message>
        <source>Adding to %1</source>
        <translation>Hinzufügen zu %1</translation>
    </message>
    <message>
        <source>Compressing to %1</source>
        <translation>Komprimieren nach %1</translation>
    </message>
    <message>
        <source>Extracting to %1</source>
        <translation>Entpacken nach %1</translation>
    </message>
    <message>
        <source>Testing %1</source>
        <translation>Prüfen von %1</translation>
    </message>
    <message>
        <source>Removing from %1</source>
        <translation>Entfernen aus %1</translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) removed.</source>
        <translation>
            <numerusform>%n Eintrag entfernt.</numerusform>
            <numerusform>%n Einträge entfernt.</numerusform>
        </translation>
    </message>
    <message>
        <source>The list already holds something of this name. Rename it, or add the folder that holds both.</source>
        <translation>Die Liste enthält schon etwas mit diesem Namen. Bitte umbenennen oder den Ordner hinzufügen, der beide enthält.</translation>
    </message>
    <message>
        <source>“%1” could not be opened.</source>
        <translation>„%1“ konnte nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>Wait for the running job, or cancel it.</source>
        <translation>Bitte den laufenden Auftrag abwarten oder abbrechen.</translation>
    </message>
    <message>
        <source>The list is still being read. Try again in a moment.</source>
        <translation>Die Liste wird noch gelesen. Bitte gleich noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Open an archive first.</source>
        <translation>Bitte zuerst ein Archiv öffnen.</translation>
    </message>
    <message>
        <source>Begin a new list first: an archive is open.</source>
        <translation>Bitte zuerst eine neue Liste beginnen: Ein Archiv ist geöffnet.</translation>
    </message>
    <message>
        <source>Add files first: the list is empty.</source>
        <translation>Bitte zuerst Dateien hinzufügen: Die Liste ist leer.</translation>
    </message>
    <message>
        <source>Stopped. %1</source>
        <translation>Abgebrochen. %1</translation>
    </message>
    <message>
        <source>The archive is as it was.</source>
        <translation>Das Archiv ist unverändert.</translation>
    </message>
    <message>
        <source>No archive was written.</source>
        <translation>Es wurde kein Archiv geschrieben.</translation>
    </message>
    <message>
        <source>The archive was written, but cannot be opened.</source>
        <translation>Das Archiv wurde geschrieben, lässt sich aber nicht öffnen.</translation>
    </message>
    <message>
        <source>What is selected is not in the archive.</source>
        <translation>Was ausgewählt ist, liegt nicht im Archiv.</translation>
    </message>
    <message>
        <source>Not everything was extracted.</source>
        <translation>Es wurde nicht alles entpackt.</translation>
    </message>
    <message>
        <source>The test did not come to its end.</source>
        <translation>Die Prüfung kam nicht zum Ende.</translation>
    </message>
    <message>
        <source>Repairing %1</source>
        <translation>Repariere %1</translation>
    </message>
    <message>
        <source>Nothing was saved.</source>
        <translation>Es wurde nichts gerettet.</translation>
    </message>
    <message>
        <source>What was saved cannot be opened.</source>
        <translation>Das Gerettete lässt sich nicht öffnen.</translation>
    </message>
</context>
<context>
    <name>BarChart</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>CompareModel</name>
    <message>
        <source>Measured on %1 of %2 pictures; this codec does not take the others.</source>
        <translation>An %1 von %2 Bildern gemessen; die anderen nimmt dieses Verfahren nicht an.</translation>
    </message>
    <message>
        <source>%1 (%2 of %3)</source>
        <translation>%1 (%2 von %3)</translation>
    </message>
    <message>
        <source>%1 : 1</source>
        <translation>%1 : 1</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>Bits for one sample of one colour: 8 for raw pixels</source>
        <translation>Bits für einen Wert einer Farbe: 8 bei rohen Pixeln</translation>
    </message>
    <message>
        <source>Time of the codec on one thread</source>
        <translation>Zeit des Verfahrens auf einem Thread</translation>
    </message>
    <message>
        <source>Megabytes of raw pixels a second on one thread: higher is better</source>
        <translation>Megabyte roher Pixel pro Sekunde auf einem Thread: mehr ist besser</translation>
    </message>
    <message>
        <source>Codec</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Of raw</source>
        <translation>Von roh</translation>
    </message>
    <message>
        <source>Bits/subpixel</source>
        <translation>Bits/Subpixel</translation>
    </message>
    <message>
        <source>Ratio</source>
        <translation>Verhältnis</translation>
    </message>
    <message>
        <source>Encode MB/s</source>
        <translation>Kodieren MB/s</translation>
    </message>
    <message>
        <source>Decode MB/s</source>
        <translation>Dekodieren MB/s</translation>
    </message>
    <message>
        <source>Encode time</source>
        <translation>Kodierzeit</translation>
    </message>
    <message>
        <source>Decode time</source>
        <translation>Dekodierzeit</translation>
    </message>
    <message>
        <source>Estimate from a sample of the picture</source>
        <translation>Schätzung aus einer Stichprobe des Bildes</translation>
    </message>
    <message>
        <source>Bytes of raw pixels for each coded byte: higher is better</source>
        <translation>Bytes roher Pixel je kodiertem Byte: mehr ist besser</translation>
    </message>
</context>
<context>
    <name>CompareTab</name>
    <message>
        <source>&amp;Codecs</source>
        <translation>&amp;Verfahren</translation>
    </message>
    <message>
        <source>Select pictures in the list to see how small each codec makes them.</source>
        <translation>Bilder in der Liste auswählen, um zu sehen, wie klein jedes Verfahren sie macht.</translation>
    </message>
    <message>
        <source>Size by codec</source>
        <translation>Größe je Verfahren</translation>
    </message>
    <message>
        <source>Codecs</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation>Messwerte</translation>
    </message>
    <message>
        <source>comparison</source>
        <translation>vergleich</translation>
    </message>
    <message>
        <source>Waits until the running job is done.</source>
        <translation>Wartet, bis der laufende Auftrag fertig ist.</translation>
    </message>
    <message>
        <source>Computing the heat map…</source>
        <translation>Heatmap wird berechnet …</translation>
    </message>
    <message>
        <source>Other codecs</source>
        <translation>Andere Verfahren</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Bit-Swap is %1 smaller than %2.</source>
        <translation>Bit-Swap ist %1 kleiner als %2.</translation>
    </message>
    <message>
        <source>Bit-Swap is %1 larger than %2.</source>
        <translation>Bit-Swap ist %1 größer als %2.</translation>
    </message>
    <message>
        <source>Sums of %1 pictures.</source>
        <translation>Summen über %1 Bilder.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>Measuring: %1 of %2</source>
        <translation>Messen: %1 von %2</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>Anha&amp;lten</translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;Messen</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>… and %1 more</source>
        <translation>… und %1 weitere</translation>
    </message>
    <message>
        <source>Heat &amp;map</source>
        <translation>Heatma&amp;p</translation>
    </message>
    <message>
        <source>Computing the heat map: %1</source>
        <comment>percentage</comment>
        <translation>Heatmap wird berechnet: %1</translation>
    </message>
    <message>
        <source>Measu&amp;re</source>
        <translation>&amp;Messen</translation>
    </message>
    <message>
        <source>≈ %1 · %2</source>
        <comment>estimate</comment>
        <translation>≈ %1 · %2</translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) selected. Measuring them under all codecs takes a while.</source>
        <translation>
            <numerusform>%n Bild ausgewählt. Es mit allen Verfahren zu messen dauert eine Weile.</numerusform>
            <numerusform>%n Bilder ausgewählt. Sie mit allen Verfahren zu messen dauert eine Weile.</numerusform>
        </translation>
    </message>
    <message>
        <source>Stopped. What is marked ≈ is an estimate from a sample.</source>
        <translation>Angehalten. Mit ≈ markierte Werte sind aus einer Stichprobe geschätzt.</translation>
    </message>
    <message>
        <source>Estimate from a sample of the picture. Measuring all of it: %1 of %2</source>
        <translation>Schätzung aus einer Stichprobe des Bildes. Das ganze Bild wird gemessen: %1 von %2</translation>
    </message>
    <message>
        <source>Co&amp;ntinue</source>
        <translation>&amp;Weiter</translation>
    </message>
</context>
<context>
    <name>Comparer</name>
    <message>
        <source>This picture cannot be read.</source>
        <translation>Dieses Bild kann nicht gelesen werden.</translation>
    </message>
</context>
<context>
    <name>DetailsModel</name>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Dimensions</source>
        <translation>Abmessungen</translation>
    </message>
    <message>
        <source>%1 pixels (%2 megapixels)</source>
        <translation>%1 Pixel (%2 Megapixel)</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>BLAKE2b-256</source>
        <translation>BLAKE2b-256</translation>
    </message>
    <message>
        <source>Checksum of the whole file, as xxh128sum prints it</source>
        <translation>Prüfsumme der ganzen Datei, wie xxh128sum sie ausgibt</translation>
    </message>
    <message>
        <source>In the archive</source>
        <translation>Im Archiv</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archiv</translation>
    </message>
    <message>
        <source>Codec</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>Comes back</source>
        <translation>Kommt zurück als</translation>
    </message>
    <message>
        <source>The same file, byte for byte</source>
        <translation>Dieselbe Datei, Byte für Byte</translation>
    </message>
    <message>
        <source>The same pixels and metadata in a rebuilt file</source>
        <translation>Dieselben Pixel und Metadaten in einer neu aufgebauten Datei</translation>
    </message>
    <message>
        <source>Stored size</source>
        <translation>Gespeicherte Größe</translation>
    </message>
    <message>
        <source>Of the file</source>
        <translation>Von der Datei</translation>
    </message>
    <message>
        <source>Coded pixels</source>
        <translation>Kodierte Pixel</translation>
    </message>
    <message>
        <source>Entry header</source>
        <translation>Kopf des Eintrags</translation>
    </message>
    <message>
        <source>Framing and checksums</source>
        <translation>Rahmen und Prüfsummen</translation>
    </message>
    <message>
        <source>Metadata and recipe</source>
        <translation>Metadaten und Bauplan</translation>
    </message>
    <message>
        <source>What else it takes to build the file again</source>
        <translation>Was sonst noch nötig ist, um die Datei wieder aufzubauen</translation>
    </message>
    <message>
        <source>Bit-Swap</source>
        <translation>Bit-Swap</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Model hash</source>
        <translation>Prüfsumme des Modells</translation>
    </message>
    <message>
        <source>Archives name their model by this hash</source>
        <translation>Archive benennen ihr Modell mit dieser Prüfsumme</translation>
    </message>
    <message>
        <source>Tiles</source>
        <translation>Kacheln</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Size of the pixels</source>
        <translation>Größe der Pixel</translation>
    </message>
    <message>
        <source>Embedded in the file</source>
        <translation>In der Datei eingebettet</translation>
    </message>
    <message>
        <source>Property</source>
        <translation>Eigenschaft</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>in the archive</source>
        <translation>im Archiv</translation>
    </message>
    <message>
        <source>%1 of at most %2 pixels</source>
        <comment>number of tiles, their size</comment>
        <translation>%1 mit höchstens %2 Pixeln</translation>
    </message>
    <message>
        <source>Each is coded for itself</source>
        <translation>Jede wird für sich kodiert</translation>
    </message>
    <message>
        <source>Segments</source>
        <translation>Segmente</translation>
    </message>
    <message>
        <source>Parts that share a stack</source>
        <translation>Teile, die sich einen Stapel teilen</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>Lanes</source>
        <translation>Bahnen</translation>
    </message>
    <message>
        <source>%1 a tile, %2 states each</source>
        <translation>%1 je Kachel, mit je %2 Zuständen</translation>
    </message>
    <message>
        <source>Stacks of the coder that run side by side</source>
        <translation>Stapel des Kodierers, die nebeneinander laufen</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>%1 (%2 megapixels)</source>
        <translation>%1 (%2 Megapixel)</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Of the files</source>
        <translation>Von den Dateien</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln Datei</numerusform>
            <numerusform>%Ln Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>Stored under</source>
        <translation>Gespeichert mit</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>files and bytes</comment>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>The file that comes back</source>
        <translation>Die Datei, die zurückkommt</translation>
    </message>
    <message>
        <source>Compared with the original</source>
        <translation>Verglichen mit dem Original</translation>
    </message>
    <message>
        <source>same pixels and metadata, other bytes</source>
        <translation>dieselben Pixel und Metadaten, andere Bytes</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Ausgelassen</translation>
    </message>
</context>
<context>
    <name>DetailsTab</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Copy &amp;Value</source>
        <translation>&amp;Wert kopieren</translation>
    </message>
    <message>
        <source>Copy &amp;All</source>
        <translation>&amp;Alles kopieren</translation>
    </message>
    <message>
        <source>Select a file in the list to see what is known of it.</source>
        <translation>Eine Datei in der Liste auswählen, um zu sehen, was über sie bekannt ist.</translation>
    </message>
    <message>
        <source>Waits until the running job is done.</source>
        <translation>Wartet, bis der laufende Auftrag fertig ist.</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen …</translation>
    </message>
</context>
<context>
    <name>DragOut</name>
    <message>
        <source>%1 could not be extracted, so nothing was dropped. %2</source>
        <comment>file and reason</comment>
        <translation>%1 konnte nicht entpackt werden, darum wurde nichts abgelegt. %2</translation>
    </message>
    <message>
        <source>No temporary folder could be created. %1</source>
        <translation>Es konnte kein temporärer Ordner angelegt werden. %1</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>This is not a Bit-Swap archive. Choose a file that ends in .bswap.</source>
        <translation>Dies ist kein Bit-Swap-Archiv. Bitte eine Datei wählen, die auf .bswap endet.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>There is not enough memory. Close other programs, or use fewer threads in the settings.</source>
        <translation>Der Arbeitsspeicher reicht nicht. Bitte andere Programme schließen oder in den Einstellungen weniger Threads wählen.</translation>
    </message>
    <message>
        <source>The disk is full. Free some space, or choose another place.</source>
        <translation>Der Datenträger ist voll. Bitte Platz schaffen oder einen anderen Ort wählen.</translation>
    </message>
    <message>
        <source>This cannot be done with these files.</source>
        <translation>Das geht mit diesen Dateien nicht.</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>A file could not be read or written. Check its permissions, and whether the disk is connected.</source>
        <translation>Eine Datei konnte nicht gelesen oder geschrieben werden. Bitte prüfen, ob die Rechte stimmen und der Datenträger angeschlossen ist.</translation>
    </message>
    <message>
        <source>The file ends too early. Get a complete copy; of an archive, File ▸ Repair saves what is intact.</source>
        <translation>Die Datei endet zu früh. Bitte eine vollständige Kopie beschaffen; bei einem Archiv rettet Datei ▸ Reparieren, was unversehrt ist.</translation>
    </message>
    <message>
        <source>The data are damaged. Get an intact copy; of an archive, File ▸ Repair saves what is intact.</source>
        <translation>Die Daten sind beschädigt. Bitte eine unversehrte Kopie beschaffen; bei einem Archiv rettet Datei ▸ Reparieren, was unversehrt ist.</translation>
    </message>
    <message>
        <source>This version of the program cannot handle the file. Try a newer version.</source>
        <translation>Diese Version des Programms kann mit der Datei nichts anfangen. Bitte eine neuere versuchen.</translation>
    </message>
    <message>
        <source>The file is larger than the format allows. Split it, or leave it out.</source>
        <translation>Die Datei ist größer, als das Format zulässt. Bitte aufteilen oder auslassen.</translation>
    </message>
    <message>
        <source>A file or folder is missing. It may have been moved or renamed.</source>
        <translation>Eine Datei oder ein Ordner fehlt, vielleicht wurde sie oder er verschoben oder umbenannt.</translation>
    </message>
    <message>
        <source>The name is already in use. Choose another one.</source>
        <translation>Der Name ist schon vergeben. Bitte einen anderen wählen.</translation>
    </message>
    <message>
        <source>The program found an error of its own and stopped before any harm was done. Please report it.</source>
        <translation>Das Programm hat einen eigenen Fehler bemerkt und angehalten, bevor Schaden entstand. Bitte melden.</translation>
    </message>
</context>
<context>
    <name>ExportButton</name>
    <message>
        <source>Save charts and numbers</source>
        <translation>Diagramme und Zahlen speichern</translation>
    </message>
    <message>
        <source>Charts as &amp;PNG…</source>
        <translation>Diagramme als &amp;PNG …</translation>
    </message>
    <message>
        <source>PNG pictures (*.png)</source>
        <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message>
        <source>Charts as &amp;SVG…</source>
        <translation>Diagramme als &amp;SVG …</translation>
    </message>
    <message>
        <source>SVG drawings (*.svg)</source>
        <translation>SVG-Zeichnungen (*.svg)</translation>
    </message>
    <message>
        <source>&amp;Numbers as CSV…</source>
        <translation>&amp;Zahlen als CSV …</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>The file could not be written: %1. Choose another place.</source>
        <translation>Die Datei konnte nicht geschrieben werden: %1. Bitte einen anderen Ort wählen.</translation>
    </message>
    <message>
        <source>E&amp;xport</source>
        <translation>&amp;Exportieren</translation>
    </message>
</context>
<context>
    <name>FiguresPanel</name>
    <message>
        <source>Figures of the selection</source>
        <translation>Kennzahlen der Auswahl</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message numerus="yes">
        <source>%Ln selected item(s)</source>
        <translation>
            <numerusform>%Ln ausgewählter Eintrag</numerusform>
            <numerusform>%Ln ausgewählte Einträge</numerusform>
        </translation>
    </message>
    <message>
        <source>All files of the list</source>
        <translation>Alle Dateien der Liste</translation>
    </message>
</context>
<context>
    <name>FiguresPanel</name>
    <message>
        <source>Figures of the selection</source>
        <translation>Kennzahlen der Auswahl</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message numerus="yes">
        <source>%Ln selected item(s)</source>
        <translation>
            <numerusform>%Ln ausgewählter Eintrag</numerusform>
            <numerusform>%Ln ausgewählte Einträge</numerusform>
        </translation>
    </message>
    <message>
        <source>All files of the list</source>
        <translation>Alle Dateien der Liste</translation>
    </message>
</context>
<context>
    <name>FileTreeModel</name>
    <message>
        <source>Pixel-exact: the same pixels and metadata come back in a newly written file.</source>
        <translation>Pixelgenau: Dieselben Pixel und Metadaten kommen in einer neu geschriebenen Datei zurück.</translation>
    </message>
    <message>
        <source>Kept as bytes: this is smaller than its pixels, or the only exact way. The same file comes back.</source>
        <translation>Als Bytes behalten: Das ist kleiner als die Pixel oder der einzige exakte Weg. Dieselbe Datei kommt zurück.</translation>
    </message>
    <message>
        <source>Byte-exact: the same file comes back.</source>
        <translation>Bytegenau: Dieselbe Datei kommt zurück.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Dimensions</source>
        <translation>Maße</translation>
    </message>
    <message>
        <source>Exactness</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>status and codec</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n fehlgeschlagen</numerusform>
            <numerusform>%n fehlgeschlagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n with a warning</source>
        <translation>
            <numerusform>%n mit Warnung</numerusform>
            <numerusform>%n mit Warnung</numerusform>
        </translation>
    </message>
    <message>
        <source>1 file</source>
        <translation>1 Datei</translation>
    </message>
    <message numerus="yes">
        <source>%Ln files</source>
        <translation>
            <numerusform>%Ln Datei</numerusform>
            <numerusform>%Ln Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pixel-exact</source>
        <translation>
            <numerusform>%n pixelgenau</numerusform>
            <numerusform>%n pixelgenau</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>column and value</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Folder %1</source>
        <translation>Ordner %1</translation>
    </message>
    <message>
        <source>Picture %1</source>
        <translation>Bild %1</translation>
    </message>
    <message>
        <source>File %1</source>
        <translation>Datei %1</translation>
    </message>
    <message>
        <source>How a file comes back: byte for byte, or with the same pixels and metadata</source>
        <translation>Wie eine Datei zurückkommt: Byte für Byte oder mit denselben Pixeln und Metadaten</translation>
    </message>
    <message>
        <source>Size of the pixels under %1</source>
        <translation>Größe der Pixel mit %1</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>In archive</source>
        <translation>Im Archiv</translation>
    </message>
    <message>
        <source>Size of the file itself</source>
        <translation>Größe der Datei selbst</translation>
    </message>
    <message>
        <source>All that the file takes in the archive</source>
        <translation>Alles, was die Datei im Archiv belegt</translation>
    </message>
    <message>
        <source>Size in the archive as a share of the size of the file</source>
        <translation>Größe im Archiv als Anteil der Größe der Datei</translation>
    </message>
    <message>
        <source>Of original</source>
        <translation>Vom Original</translation>
    </message>
    <message numerus="yes">
        <source>%n left out</source>
        <comment>files and folders</comment>
        <translation>
            <numerusform>%n ausgelassen</numerusform>
            <numerusform>%n ausgelassen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 files done</source>
        <translation>%1 von %2 Dateien fertig</translation>
    </message>
</context>
<context>
    <name>FileView</name>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message numerus="yes">
        <source>%Ln items</source>
        <translation>
            <numerusform>%Ln Eintrag</numerusform>
            <numerusform>%Ln Einträge</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing matches “%1”.</source>
        <translation>Nichts passt zu „%1“.</translation>
    </message>
    <message>
        <source>Fit Widths to Contents</source>
        <translation>Breiten an den Inhalt anpassen</translation>
    </message>
    <message>
        <source>Reset Columns</source>
        <translation>Spalten zurücksetzen</translation>
    </message>
    <message>
        <source>Show Sizes Under All Codecs</source>
        <translation>Größen mit allen Verfahren zeigen</translation>
    </message>
    <message>
        <source>Hide Sizes Under Codecs</source>
        <translation>Größen mit Verfahren ausblenden</translation>
    </message>
</context>
<context>
    <name>FormatText</name>
    <message>
        <source>1 byte</source>
        <translation>1 Byte</translation>
    </message>
    <message numerus="yes">
        <source>%1 bytes</source>
        <translation>
            <numerusform>%1 Byte</numerusform>
            <numerusform>%1 Bytes</numerusform>
        </translation>
    </message>
    <message>
        <source>%1%</source>
        <comment>percent</comment>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1/s</source>
        <comment>speed</comment>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <comment>width and height</comment>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>Raw pixels</source>
        <translation>Rohe Pixel</translation>
    </message>
    <message>
        <source>JPEG XL, effort %1</source>
        <translation>JPEG XL, Aufwand %1</translation>
    </message>
    <message>
        <source>Uncompressed</source>
        <translation>Unkomprimiert</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplikat</translation>
    </message>
    <message>
        <source>Pixel-exact</source>
        <translation>Pixelgenau</translation>
    </message>
    <message>
        <source>Byte-exact</source>
        <translation>Bytegenau</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>Gespeichert</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Übersprungen</translation>
    </message>
    <message>
        <source>JPEG, transcoded</source>
        <translation>JPEG, umkodiert</translation>
    </message>
    <message>
        <source>Bit-Swap, JPEG</source>
        <translation>Bit-Swap, JPEG</translation>
    </message>
</context>
<context>
    <name>HeatScale</name>
    <message>
        <source>Scale of the heat map</source>
        <translation>Skala der Heatmap</translation>
    </message>
    <message>
        <source>From 0 to %1 bits per pixel</source>
        <translation>Von 0 bis %1 Bits pro Pixel</translation>
    </message>
    <message>
        <source>%1 bits per pixel</source>
        <translation>%1 Bits pro Pixel</translation>
    </message>
</context>
<context>
    <name>JobText</name>
    <message numerus="yes">
        <source>%n item(s) skipped.</source>
        <translation>
            <numerusform>%n Eintrag übersprungen.</numerusform>
            <numerusform>%n Einträge übersprungen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) could not be read and are not in the archive.</source>
        <translation>
            <numerusform>%n Eintrag konnte nicht gelesen werden und fehlt im Archiv.</numerusform>
            <numerusform>%n Einträge konnten nicht gelesen werden und fehlen im Archiv.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) compressed: %1 became %2 (%3), in %4.</source>
        <translation>
            <numerusform>%n Datei komprimiert: aus %1 wurden %2 (%3), in %4.</numerusform>
            <numerusform>%n Dateien komprimiert: aus %1 wurden %2 (%3), in %4.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them will come back with the same pixels in a new file.</source>
        <translation>
            <numerusform>%n davon wird mit denselben Pixeln in einer neuen Datei zurückkommen.</numerusform>
            <numerusform>%n davon werden mit denselben Pixeln in einer neuen Datei zurückkommen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) could not be extracted.</source>
        <translation>
            <numerusform>%n Eintrag konnte nicht entpackt werden.</numerusform>
            <numerusform>%n Einträge konnten nicht entpackt werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) extracted to %1.</source>
        <translation>
            <numerusform>%n Datei nach %1 entpackt.</numerusform>
            <numerusform>%n Dateien nach %1 entpackt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them came back with the same pixels in a new file.</source>
        <translation>
            <numerusform>%n davon kam mit denselben Pixeln in einer neuen Datei zurück.</numerusform>
            <numerusform>%n davon kamen mit denselben Pixeln in einer neuen Datei zurück.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) are damaged.</source>
        <translation>
            <numerusform>%n Eintrag ist beschädigt.</numerusform>
            <numerusform>%n Einträge sind beschädigt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) tested: all come back byte for byte.</source>
        <translation>
            <numerusform>%n Datei geprüft: Sie kommt Byte für Byte zurück.</numerusform>
            <numerusform>%n Dateien geprüft: Alle kommen Byte für Byte zurück.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) tested: %1 byte for byte, %2 with the same pixels in a new file.</source>
        <translation>
            <numerusform>%n Datei geprüft: %1 Byte für Byte, %2 mit denselben Pixeln in einer neuen Datei.</numerusform>
            <numerusform>%n Dateien geprüft: %1 Byte für Byte, %2 mit denselben Pixeln in einer neuen Datei.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) are lost.</source>
        <translation>
            <numerusform>%n Eintrag ist verloren.</numerusform>
            <numerusform>%n Einträge sind verloren.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n intact file(s) saved in %1.</source>
        <translation>
            <numerusform>%n unversehrte Datei in %1 gerettet.</numerusform>
            <numerusform>%n unversehrte Dateien in %1 gerettet.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LayersModel</name>
    <message>
        <source>Negative ELBO</source>
        <translation>Negative ELBO</translation>
    </message>
    <message>
        <source>Initial bits paid</source>
        <translation>Bezahlte Anfangsbits</translation>
    </message>
    <message>
        <source>Loss of the coder</source>
        <translation>Verlust des Kodierers</translation>
    </message>
    <message>
        <source>Flush</source>
        <translation>Abschluss</translation>
    </message>
    <message>
        <source>Headers of segments</source>
        <translation>Köpfe der Segmente</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>Tatsächliche Größe</translation>
    </message>
    <message>
        <source>Initial bits required</source>
        <translation>Benötigte Anfangsbits</translation>
    </message>
    <message>
        <source>Bits of the samples of a stage of pixels</source>
        <translation>Bits der Werte einer Pixelstufe</translation>
    </message>
    <message>
        <source>Bits pushed for the latents of a layer</source>
        <translation>Für die latenten Variablen einer Schicht abgelegte Bits</translation>
    </message>
    <message>
        <source>Bits that come back when the latents are drawn</source>
        <translation>Bits, die beim Ziehen der latenten Variablen zurückkommen</translation>
    </message>
    <message>
        <source>Likelihood, or prior less posterior</source>
        <translation>Likelihood, oder Prior minus Posterior</translation>
    </message>
    <message>
        <source>Net bits of the same model when all latents are drawn first</source>
        <translation>Nettobits desselben Modells, wenn alle latenten Variablen zuerst gezogen werden</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Likelihood</source>
        <translation>Likelihood</translation>
    </message>
    <message>
        <source>Prior</source>
        <translation>Prior</translation>
    </message>
    <message>
        <source>Posterior</source>
        <translation>Posterior</translation>
    </message>
    <message>
        <source>Net</source>
        <translation>Netto</translation>
    </message>
    <message>
        <source>Per subpixel</source>
        <translation>Pro Subpixel</translation>
    </message>
    <message>
        <source>BB-ANS</source>
        <translation>BB-ANS</translation>
    </message>
</context>
<context>
    <name>LayersTab</name>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>%1 kbit</source>
        <translation>%1 kbit</translation>
    </message>
    <message>
        <source>%1 Mbit</source>
        <translation>%1 Mbit</translation>
    </message>
    <message>
        <source>Initial bits</source>
        <translation>Anfangsbits</translation>
    </message>
    <message>
        <source>Coder</source>
        <translation>Kodierer</translation>
    </message>
    <message>
        <source>Flush</source>
        <translation>Abschluss</translation>
    </message>
    <message>
        <source>Headers</source>
        <translation>Köpfe</translation>
    </message>
    <message>
        <source>Negative ELBO and actual size</source>
        <translation>Negative ELBO und tatsächliche Größe</translation>
    </message>
    <message>
        <source>Stages and latent layers</source>
        <translation>Stufen und latente Schichten</translation>
    </message>
    <message>
        <source>Bits of stages and overheads</source>
        <translation>Bits der Stufen und Zusatzkosten</translation>
    </message>
    <message>
        <source>Select a picture in the list to see where its bits go.</source>
        <translation>Ein Bild in der Liste auswählen, um zu sehen, wohin seine Bits gehen.</translation>
    </message>
    <message>
        <source>Waits until the running job is done.</source>
        <translation>Wartet, bis der laufende Auftrag fertig ist.</translation>
    </message>
    <message>
        <source>Measuring %1…</source>
        <translation>%1 wird gemessen …</translation>
    </message>
    <message>
        <source>%1 (the first of %2)</source>
        <translation>%1 (das erste von %2)</translation>
    </message>
    <message>
        <source>%1 layers</source>
        <translation>%1-schichten</translation>
    </message>
    <message>
        <source>%1: %2 bits per subpixel. The negative ELBO is %3 of it, the overheads are %4.</source>
        <translation>%1: %2 Bits pro Subpixel. Davon entfallen %3 auf die negative ELBO und %4 auf Zusatzkosten.</translation>
    </message>
    <message>
        <source>%1 tiles, each coded for itself. Point at one, or choose one with the arrow keys, to see only its bits.</source>
        <translation>%1 Kacheln, jede für sich kodiert. Auf eine zeigen oder mit den Pfeiltasten eine wählen, um nur ihre Bits zu sehen.</translation>
    </message>
    <message>
        <source>Transparency %1 of %2</source>
        <translation>Transparenz %1 von %2</translation>
    </message>
    <message>
        <source>Tile %1 of %2</source>
        <translation>Kachel %1 von %2</translation>
    </message>
    <message>
        <source>%1: %2 at %3, %4</source>
        <translation>%1: %2 bei %3, %4</translation>
    </message>
    <message>
        <source>Negative ELBO</source>
        <translation>Negative ELBO</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>Tatsächliche Größe</translation>
    </message>
    <message>
        <source>+ %1</source>
        <translation>+ %1</translation>
    </message>
    <message>
        <source>Overheads</source>
        <translation>Zusatzkosten</translation>
    </message>
    <message>
        <source>net %1</source>
        <translation>netto %1</translation>
    </message>
    <message>
        <source>Likelihood</source>
        <translation>Likelihood</translation>
    </message>
    <message>
        <source>Prior, pushed</source>
        <translation>Prior, abgelegt</translation>
    </message>
    <message>
        <source>Posterior, popped</source>
        <translation>Posterior, entnommen</translation>
    </message>
    <message>
        <source>Bit-Swap requires</source>
        <translation>Bit-Swap benötigt</translation>
    </message>
    <message>
        <source>BB-ANS requires</source>
        <translation>BB-ANS benötigt</translation>
    </message>
    <message>
        <source>Bit-Swap pays</source>
        <translation>Bit-Swap bezahlt</translation>
    </message>
    <message>
        <source>BB-ANS pays</source>
        <translation>BB-ANS bezahlt</translation>
    </message>
    <message>
        <source>Measurement of the layers</source>
        <translation>Messung der Schichten</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>Latents alone</source>
        <translation>Nur latente Variablen</translation>
    </message>
    <message>
        <source>Leave out the stages of pixels, which are far larger</source>
        <translation>Die Stufen der Pixel weglassen, die viel größer sind</translation>
    </message>
    <message>
        <source>An estimate from a sample of the picture.</source>
        <translation>Eine Schätzung aus einer Stichprobe des Bildes.</translation>
    </message>
    <message>
        <source>An estimate from a sample of the picture. Measuring all of it…</source>
        <translation>Eine Schätzung aus einer Stichprobe des Bildes. Das ganze Bild wird gemessen …</translation>
    </message>
    <message>
        <source>Co&amp;ntinue</source>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>Anha&amp;lten</translation>
    </message>
</context>
<context>
    <name>ListPanel</name>
    <message>
        <source>Filter by name</source>
        <translation>Nach Namen filtern</translation>
    </message>
    <message>
        <source>Filter the list by name</source>
        <translation>Die Liste nach Namen filtern</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>There is nothing in this archive.</source>
        <translation>Dieses Archiv ist leer.</translation>
    </message>
    <message>
        <source>Totals of the selection</source>
        <translation>Summen der Auswahl</translation>
    </message>
    <message>
        <source>Nothing selected</source>
        <translation>Nichts ausgewählt</translation>
    </message>
    <message>
        <source>Selected: %1</source>
        <translation>Ausgewählt: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s), %1</source>
        <translation>
            <numerusform>%n Datei, %1</numerusform>
            <numerusform>%n Dateien, %1</numerusform>
        </translation>
    </message>
    <message>
        <source> → %1 (%2)</source>
        <translation> → %1 (%2)</translation>
    </message>
    <message numerus="yes">
        <source> · %n left out</source>
        <translation>
            <numerusform> · %n ausgelassen</numerusform>
            <numerusform> · %n ausgelassen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Bit-Swap Archiver</source>
        <translation>Bit-Swap Archiver</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <translation>%1 – %2</translation>
    </message>
    <message>
        <source>New archive – %1</source>
        <translation>Neues Archiv – %1</translation>
    </message>
    <message>
        <source> · archive %1</source>
        <translation> · Archiv %1</translation>
    </message>
    <message>
        <source>Tool Bar</source>
        <translation>Werkzeugleiste</translation>
    </message>
    <message>
        <source>Copy &amp;Path</source>
        <translation>&amp;Pfad kopieren</translation>
    </message>
    <message>
        <source>Result of the last job</source>
        <translation>Ergebnis des letzten Auftrags</translation>
    </message>
    <message>
        <source>Totals of the list</source>
        <translation>Summen der Liste</translation>
    </message>
    <message>
        <source>Extracting for the drop… Esc stops it.</source>
        <translation>Wird für das Ablegen entpackt … Esc bricht ab.</translation>
    </message>
    <message>
        <source>Extracting for the drop: %1 of %2. Esc stops it.</source>
        <translation>Wird für das Ablegen entpackt: %1 von %2. Esc bricht ab.</translation>
    </message>
    <message>
        <source>%1 – %2 – %3</source>
        <comment>percentage, job, program</comment>
        <translation>%1 – %2 – %3</translation>
    </message>
    <message>
        <source>These files are added when the job is over.</source>
        <translation>Diese Dateien werden hinzugefügt, wenn der Auftrag fertig ist.</translation>
    </message>
    <message>
        <source>%1 (repaired).bswap</source>
        <translation>%1 (repariert).bswap</translation>
    </message>
    <message>
        <source>%1 (repaired %2).bswap</source>
        <translation>%1 (repariert %2).bswap</translation>
    </message>
    <message>
        <source>Extract “%1” to open it: it is not a picture.</source>
        <translation>Bitte „%1“ entpacken, um es zu öffnen: Es ist kein Bild.</translation>
    </message>
    <message>
        <source>Extracting for the drop: %1 of %2. Esc stops it.</source>
        <translation>Wird für das Ablegen entpackt: %1 von %2. Esc bricht ab.</translation>
    </message>
    <message>
        <source>%1 – %2 – %3</source>
        <comment>percentage, job, program</comment>
        <translation>%1 – %2 – %3</translation>
    </message>
    <message>
        <source>These files are added when the job is over.</source>
        <translation>Diese Dateien werden hinzugefügt, wenn der Auftrag fertig ist.</translation>
    </message>
    <message>
        <source>%1 (repaired).bswap</source>
        <translation>%1 (repariert).bswap</translation>
    </message>
    <message>
        <source>%1 (repaired %2).bswap</source>
        <translation>%1 (repariert %2).bswap</translation>
    </message>
    <message>
        <source>Extract “%1” to open it: it is not a picture.</source>
        <translation>Bitte „%1“ entpacken, um es zu öffnen: Es ist kein Bild.</translation>
    </message>
</context>
<context>
    <name>NoteText</name>
    <message>
        <source>Pixels under Bit-Swap, not what is stored: the archive keeps this picture as JPEG XL.</source>
        <translation>Pixel mit Bit-Swap, nicht das Gespeicherte: Das Archiv behält dieses Bild als JPEG XL.</translation>
    </message>
    <message>
        <source>Pixels of this photo, not what is stored: the archive keeps the file&apos;s own bytes.</source>
        <translation>Pixel dieses Fotos, nicht das Gespeicherte: Das Archiv behält die Bytes der Datei selbst.</translation>
    </message>
    <message numerus="yes">
        <source>These figures are of the pixels, not what is stored for %n of the pictures.</source>
        <translation>
            <numerusform>Diese Zahlen gelten den Pixeln, nicht dem, was bei %n der Bilder gespeichert ist.</numerusform>
            <numerusform>Diese Zahlen gelten den Pixeln, nicht dem, was bei %n der Bilder gespeichert ist.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PartsMap</name>
    <message>
        <source>Tiles of the picture</source>
        <translation>Kacheln des Bildes</translation>
    </message>
    <message>
        <source>Tile %1: %2 bits per pixel</source>
        <translation>Kachel %1: %2 Bits pro Pixel</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
</context>
<context>
    <name>PreviewWindow</name>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Previous picture (Left)</source>
        <translation>Voriges Bild (Pfeil links)</translation>
    </message>
    <message>
        <source>Next picture (Right)</source>
        <translation>Nächstes Bild (Pfeil rechts)</translation>
    </message>
    <message>
        <source>Smaller (−)</source>
        <translation>Kleiner (−)</translation>
    </message>
    <message>
        <source>Larger (+)</source>
        <translation>Größer (+)</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Show the whole picture (0)</source>
        <translation>Das ganze Bild zeigen (0)</translation>
    </message>
    <message>
        <source>One pixel of the picture is one of the display (1)</source>
        <translation>Ein Pixel des Bildes ist eines der Anzeige (1)</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Full screen (F11)</source>
        <translation>Vollbild (F11)</translation>
    </message>
    <message>
        <source>Decoding %1…</source>
        <translation>%1 wird dekodiert …</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>ProblemsPanel</name>
    <message>
        <source>Copy the selected problems, or all of them</source>
        <translation>Die ausgewählten Probleme oder alle kopieren</translation>
    </message>
    <message>
        <source>Hide the problems</source>
        <translation>Die Probleme ausblenden</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Probleme</translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n Problem</numerusform>
            <numerusform>%n Probleme</numerusform>
        </translation>
    </message>
    <message>
        <source>Cop&amp;y</source>
        <translation>&amp;Kopieren</translation>
    </message>
</context>
<context>
    <name>ProgressPanel</name>
    <message>
        <source>Speed and time left</source>
        <translation>Tempo und Restzeit</translation>
    </message>
    <message>
        <source>Progress of the job</source>
        <translation>Fortschritt des Auftrags</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>Current file</source>
        <translation>Aktuelle Datei</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>%1 of %2 files and folders</source>
        <translation>%1 von %2 Dateien und Ordnern</translation>
    </message>
</context>
<context>
    <name>PromptText</name>
    <message>
        <source>Add Files</source>
        <translation>Dateien hinzufügen</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.ppm *.pgm *.pnm *.bmp *.tif *.tiff *.webp)</source>
        <translation>Bilder (*.png *.jpg *.jpeg *.ppm *.pgm *.pnm *.bmp *.tif *.tiff *.webp)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Add Folder</source>
        <translation>Ordner hinzufügen</translation>
    </message>
    <message>
        <source>Open Archive</source>
        <translation>Archiv öffnen</translation>
    </message>
    <message>
        <source>Compress To</source>
        <translation>Komprimieren nach</translation>
    </message>
    <message>
        <source>Archive Exists</source>
        <translation>Archiv vorhanden</translation>
    </message>
    <message>
        <source>Adding replaces files of the same path and keeps all others.</source>
        <translation>Hinzufügen ersetzt Dateien mit gleichem Pfad und behält alle anderen.</translation>
    </message>
    <message>
        <source>&amp;Add to It</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Replace It</source>
        <translation>&amp;Ersetzen</translation>
    </message>
    <message>
        <source>&amp;Other Name…</source>
        <translation>&amp;Anderer Name …</translation>
    </message>
    <message>
        <source>Extract To</source>
        <translation>Entpacken nach</translation>
    </message>
    <message>
        <source>Files Exist</source>
        <translation>Dateien vorhanden</translation>
    </message>
    <message>
        <source>and more</source>
        <translation>und weitere</translation>
    </message>
    <message>
        <source>&amp;Skip All</source>
        <translation>Alle über&amp;springen</translation>
    </message>
    <message>
        <source>Re&amp;name All</source>
        <translation>Alle &amp;umbenennen</translation>
    </message>
    <message>
        <source>&amp;Replace All</source>
        <translation>Alle &amp;ersetzen</translation>
    </message>
    <message>
        <source>Add the files to “%1”?</source>
        <translation>Die Dateien zu „%1“ hinzufügen?</translation>
    </message>
    <message>
        <source>A new list leaves the archive as it is.</source>
        <translation>Eine neue Liste lässt das Archiv, wie es ist.</translation>
    </message>
    <message>
        <source>&amp;Add to Archive</source>
        <translation>Zum &amp;Archiv hinzufügen</translation>
    </message>
    <message>
        <source>&amp;New List</source>
        <translation>&amp;Neue Liste</translation>
    </message>
    <message>
        <source>Remove From Archive</source>
        <translation>Aus dem Archiv entfernen</translation>
    </message>
    <message numerus="yes">
        <source>Remove %n item(s) from “%1”?</source>
        <translation>
            <numerusform>%n Eintrag aus „%1“ entfernen?</numerusform>
            <numerusform>%n Einträge aus „%1“ entfernen?</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Job Running</source>
        <translation>Auftrag läuft</translation>
    </message>
    <message>
        <source>&amp;Stop and Close</source>
        <translation>Abbrechen und &amp;schließen</translation>
    </message>
    <message>
        <source>&amp;Keep Working</source>
        <translation>&amp;Weiterarbeiten</translation>
    </message>
    <message>
        <source>Bit-Swap archives (*.bswap)</source>
        <translation>Bit-Swap-Archive (*.bswap)</translation>
    </message>
    <message>
        <source>Extract into this &amp;folder:</source>
        <translation>In diesen &amp;Ordner entpacken:</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Durchsuchen…</translation>
    </message>
    <message>
        <source>&amp;Extract</source>
        <translation>&amp;Entpacken</translation>
    </message>
    <message>
        <source>“%1” already exists.</source>
        <translation>„%1“ existiert bereits.</translation>
    </message>
    <message>
        <source>The folder is created if it does not exist.</source>
        <translation>Der Ordner wird angelegt, falls er noch nicht existiert.</translation>
    </message>
    <message numerus="yes">
        <source>%n of the files already exist in this folder.</source>
        <translation>
            <numerusform>%n der Dateien existiert in diesem Ordner bereits.</numerusform>
            <numerusform>%n der Dateien existieren in diesem Ordner bereits.</numerusform>
        </translation>
    </message>
    <message>
        <source>This cannot be undone.</source>
        <translation>Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>A job is still running. Stop it and close the window?</source>
        <translation>Ein Auftrag läuft noch. Abbrechen und das Fenster schließen?</translation>
    </message>
    <message>
        <source>Stop the running job?</source>
        <translation>Den laufenden Auftrag abbrechen?</translation>
    </message>
    <message>
        <source>What it has done so far is lost; nothing half-written is left behind.</source>
        <translation>Was er bisher getan hat, geht verloren; nichts Halbes bleibt zurück.</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>List Not Compressed</source>
        <translation>Liste nicht komprimiert</translation>
    </message>
    <message numerus="yes">
        <source>The list with %n file(s) has not been compressed.</source>
        <translation>
            <numerusform>Die Liste mit %n Datei wurde nicht komprimiert.</numerusform>
            <numerusform>Die Liste mit %n Dateien wurde nicht komprimiert.</numerusform>
        </translation>
    </message>
    <message>
        <source>The files stay where they are, but the list is lost.</source>
        <translation>Die Dateien bleiben, wo sie sind, aber die Liste geht verloren.</translation>
    </message>
    <message>
        <source>&amp;Discard the List</source>
        <translation>Liste &amp;verwerfen</translation>
    </message>
    <message>
        <source>&amp;Keep the List</source>
        <translation>Liste &amp;behalten</translation>
    </message>
    <message>
        <source>Archives Among the Files</source>
        <translation>Archive unter den Dateien</translation>
    </message>
    <message numerus="yes">
        <source>These are %n archives. One can be open at a time.</source>
        <translation>
            <numerusform>Das ist %n Archiv. Es kann nur eines geöffnet sein.</numerusform>
            <numerusform>Das sind %n Archive. Es kann nur eines geöffnet sein.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of these files are Bit-Swap archives.</source>
        <translation>
            <numerusform>%n dieser Dateien ist ein Bit-Swap-Archiv.</numerusform>
            <numerusform>%n dieser Dateien sind Bit-Swap-Archive.</numerusform>
        </translation>
    </message>
    <message>
        <source>Open the first archive, or add all of them to the list, to be compressed like other files?</source>
        <translation>Das erste Archiv öffnen oder alle in die Liste aufnehmen, um sie wie andere Dateien zu komprimieren?</translation>
    </message>
    <message>
        <source>&amp;Open the First</source>
        <translation>Das erste ö&amp;ffnen</translation>
    </message>
    <message>
        <source>&amp;Add All to the List</source>
        <translation>Alle in die &amp;Liste</translation>
    </message>
    <message>
        <source>Save Repaired Archive As</source>
        <translation>Repariertes Archiv speichern unter</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>&amp;Compression</source>
        <translation>&amp;Kompression</translation>
    </message>
    <message>
        <source>Co&amp;mparison</source>
        <translation>&amp;Vergleich</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>&amp;Erscheinungsbild</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>Graphics card (CUDA)</source>
        <translation>Grafikkarte (CUDA)</translation>
    </message>
    <message>
        <source>Reference (LibTorch)</source>
        <translation>Referenz (LibTorch)</translation>
    </message>
    <message>
        <source>Portable</source>
        <translation>Portabel</translation>
    </message>
    <message>
        <source>&amp;Device:</source>
        <translation>&amp;Gerät:</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>&amp;Threads:</source>
        <translation>&amp;Threads:</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Keep the &amp;bytes of every file, not only its pixels</source>
        <translation>Die &amp;Bytes jeder Datei behalten, nicht nur ihre Pixel</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>&amp;Theme:</source>
        <translation>&amp;Design:</translation>
    </message>
    <message>
        <source>&amp;Language:</source>
        <translation>&amp;Sprache:</translation>
    </message>
    <message>
        <source>&amp;Verify: read everything back before the archive is kept</source>
        <translation>Zur &amp;Prüfung alles zurücklesen, bevor das Archiv gilt</translation>
    </message>
    <message>
        <source>A few pictures can only be rebuilt with the same pixels and metadata, not with the same bytes. With this choice their bytes are kept, which takes more space.</source>
        <translation>Einige wenige Bilder lassen sich nur mit denselben Pixeln und Metadaten neu aufbauen, nicht mit denselben Bytes. Mit dieser Wahl werden ihre Bytes behalten, was mehr Platz braucht.</translation>
    </message>
    <message>
        <source>Codecs to compare:</source>
        <translation>Verfahren zum Vergleich:</translation>
    </message>
    <message>
        <source>If none is chosen, the usual ones are used.</source>
        <translation>Ist keines gewählt, gelten die üblichen.</translation>
    </message>
    <message>
        <source>A new language is used from the next start of the program.</source>
        <translation>Eine neue Sprache gilt ab dem nächsten Start des Programms.</translation>
    </message>
    <message>
        <source>M&amp;odel:</source>
        <translation>&amp;Modell:</translation>
    </message>
</context>
<context>
    <name>SplitCanvas</name>
    <message>
        <source>Photo and bit heat map</source>
        <translation>Foto und Bit-Heatmap</translation>
    </message>
    <message>
        <source>Left and Right move the divider</source>
        <translation>Die Pfeiltasten links und rechts verschieben die Trennlinie</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
</context>
<context>
    <name>SplitView</name>
    <message>
        <source>&amp;Bits of</source>
        <translation>Bits v&amp;on</translation>
    </message>
    <message>
        <source>Stage that the heat map shows</source>
        <translation>Stufe, die die Heatmap zeigt</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Show the whole picture (0)</source>
        <translation>Das ganze Bild zeigen (0)</translation>
    </message>
    <message>
        <source>One pixel of the picture is one of the display (1)</source>
        <translation>Ein Pixel des Bildes ist eines der Anzeige (1)</translation>
    </message>
    <message>
        <source>All stages</source>
        <translation>Allen Stufen</translation>
    </message>
    <message>
        <source>No heat map: the picture is too large.</source>
        <translation>Keine Heatmap: Das Bild ist zu groß.</translation>
    </message>
    <message>
        <source>%1, %2: %3 bits</source>
        <translation>%1, %2: %3 Bits</translation>
    </message>
</context>
<context>
    <name>StageGuide</name>
    <message>
        <source>What the stages code</source>
        <translation>Was die Stufen kodieren</translation>
    </message>
</context>
<context>
    <name>StageText</name>
    <message>
        <source>Latent variables: no pixels, but what the model draws to explain them. They cost prior less posterior.</source>
        <translation>Latente Variablen: keine Pixel, sondern was das Modell zieht, um sie zu erklären. Sie kosten Prior minus Posterior.</translation>
    </message>
    <message>
        <source>All pixels.</source>
        <translation>Alle Pixel.</translation>
    </message>
    <message>
        <source>The coarse picture: every %1th pixel of every %1th row.</source>
        <translation>Das grobe Bild: jedes %1. Pixel jeder %1. Zeile.</translation>
    </message>
    <message>
        <source>The pixels diagonally between those known, on a grid of %1 pixels.</source>
        <translation>Die Pixel diagonal zwischen den bekannten, in einem Raster von %1 Pixeln.</translation>
    </message>
    <message>
        <source>The pixels beside and below those known, on a grid of %1 pixels.</source>
        <translation>Die Pixel neben und unter den bekannten, in einem Raster von %1 Pixeln.</translation>
    </message>
</context>
<context>
    <name>StageTitle</name>
    <message>
        <source>Latents %1</source>
        <comment>layer z1</comment>
        <translation>Latente %1</translation>
    </message>
    <message>
        <source>Pixels %1</source>
        <comment>stage A2, D1, BC0</comment>
        <translation>Pixel %1</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Drop photos or an archive here</source>
        <translation>Fotos oder ein Archiv hier ablegen</translation>
    </message>
    <message>
        <source>&amp;Try the sample photos</source>
        <translation>Mit den Beispielfotos a&amp;usprobieren</translation>
    </message>
    <message>
        <source>Recent archives</source>
        <translation>Zuletzt geöffnete Archive</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>%1 öffnen</translation>
    </message>
    <message>
        <source>Files come back byte for byte, a few pictures with the same pixels in a new file. Your originals are only read.</source>
        <translation>Dateien kommen Byte für Byte zurück, einige wenige Bilder mit denselben Pixeln in einer neuen Datei. Die Originale werden nur gelesen.</translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>&amp;New List</source>
        <translation>&amp;Neue Liste</translation>
    </message>
    <message>
        <source>Begin a new list; an open archive is closed</source>
        <translation>Eine neue Liste beginnen; ein offenes Archiv wird geschlossen</translation>
    </message>
    <message>
        <source>&amp;Open Archive…</source>
        <translation>Archiv ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open a .bswap archive</source>
        <translation>Ein .bswap-Archiv öffnen</translation>
    </message>
    <message>
        <source>&amp;Add Files…</source>
        <translation>Dateien hin&amp;zufügen …</translation>
    </message>
    <message>
        <source>Add photos and other files</source>
        <translation>Fotos und andere Dateien hinzufügen</translation>
    </message>
    <message>
        <source>Add Fol&amp;der…</source>
        <translation>&amp;Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Add a folder with everything in it</source>
        <translation>Einen Ordner mit allem darin hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Compress…</source>
        <translation>&amp;Komprimieren …</translation>
    </message>
    <message>
        <source>Write the list into a new archive</source>
        <translation>Die Liste in ein neues Archiv schreiben</translation>
    </message>
    <message>
        <source>&amp;Extract All…</source>
        <translation>Alles &amp;entpacken …</translation>
    </message>
    <message>
        <source>Restore all files into a folder</source>
        <translation>Alle Dateien in einem Ordner wiederherstellen</translation>
    </message>
    <message>
        <source>Extract &amp;Selected…</source>
        <translation>&amp;Auswahl entpacken …</translation>
    </message>
    <message>
        <source>Restore the selected files into a folder</source>
        <translation>Die ausgewählten Dateien in einem Ordner wiederherstellen</translation>
    </message>
    <message>
        <source>&amp;Test</source>
        <translation>&amp;Prüfen</translation>
    </message>
    <message>
        <source>Check that everything in the archive can be restored</source>
        <translation>Prüfen, ob sich alles im Archiv wiederherstellen lässt</translation>
    </message>
    <message>
        <source>Re&amp;pair…</source>
        <translation>&amp;Reparieren …</translation>
    </message>
    <message>
        <source>Save what is intact of a damaged archive in a new one</source>
        <translation>Was von einem beschädigten Archiv unversehrt ist, in einem neuen retten</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Close the program</source>
        <translation>Das Programm beenden</translation>
    </message>
    <message>
        <source>Select &amp;All</source>
        <translation>&amp;Alles auswählen</translation>
    </message>
    <message>
        <source>Select everything in the list</source>
        <translation>Alles in der Liste auswählen</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Remove the selected files from the list or the archive</source>
        <translation>Die ausgewählten Dateien aus der Liste oder dem Archiv entfernen</translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation>&amp;Filtern</translation>
    </message>
    <message>
        <source>Show only files whose path contains a text</source>
        <translation>Nur Dateien zeigen, deren Pfad einen Text enthält</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>E&amp;instellungen …</translation>
    </message>
    <message>
        <source>Device, threads, comparison, appearance</source>
        <translation>Gerät, Threads, Vergleich, Erscheinungsbild</translation>
    </message>
    <message>
        <source>&amp;Preview</source>
        <translation>&amp;Vorschau</translation>
    </message>
    <message>
        <source>Show the selected picture in a window</source>
        <translation>Das ausgewählte Bild in einem Fenster zeigen</translation>
    </message>
    <message>
        <source>&amp;Compare Panel</source>
        <translation>&amp;Vergleichsleiste</translation>
    </message>
    <message>
        <source>Show figures of the selection beside the list</source>
        <translation>Kennzahlen der Auswahl neben der Liste zeigen</translation>
    </message>
    <message>
        <source>C&amp;ompare</source>
        <translation>Ver&amp;gleichen</translation>
    </message>
    <message>
        <source>Show the Compare tab</source>
        <translation>Das Blatt Vergleichen zeigen</translation>
    </message>
    <message>
        <source>&amp;Layers</source>
        <translation>&amp;Schichten</translation>
    </message>
    <message>
        <source>Show the Layers tab</source>
        <translation>Das Blatt Schichten zeigen</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>&amp;Details</translation>
    </message>
    <message>
        <source>Show the Details tab</source>
        <translation>Das Blatt Details zeigen</translation>
    </message>
    <message>
        <source>Pa&amp;use</source>
        <translation>Pa&amp;use</translation>
    </message>
    <message>
        <source>Pause the job, or let it go on</source>
        <translation>Den Auftrag anhalten oder weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Cance&amp;l</source>
        <translation>Abbre&amp;chen</translation>
    </message>
    <message>
        <source>Stop the job; nothing half-written is left behind</source>
        <translation>Den Auftrag abbrechen; nichts Halbes bleibt zurück</translation>
    </message>
    <message>
        <source>&amp;Keyboard Shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>Show all keyboard shortcuts</source>
        <translation>Alle Tastenkürzel zeigen</translation>
    </message>
    <message>
        <source>&amp;About Bit-Swap Archiver</source>
        <translation>&amp;Über Bit-Swap Archiver</translation>
    </message>
    <message>
        <source>Version, licence, libraries</source>
        <translation>Version, Lizenz, Bibliotheken</translation>
    </message>
    <message>
        <source>Open &amp;Recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Colu&amp;mns</source>
        <translation>S&amp;palten</translation>
    </message>
    <message>
        <source>&amp;Job</source>
        <translation>Auf&amp;trag</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Compress</source>
        <translation>Komprimieren</translation>
    </message>
    <message>
        <source>Extract</source>
        <translation>Entpacken</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>&amp;Clear List</source>
        <translation>Liste &amp;leeren</translation>
    </message>
    <message>
        <source>Res&amp;ume</source>
        <translation>Fortset&amp;zen</translation>
    </message>
    <message>
        <source>Keyboard Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Copy the paths of the selection</source>
        <translation>Die Pfade der Auswahl kopieren</translation>
    </message>
    <message>
        <source>Open the selected picture or folder</source>
        <translation>Das ausgewählte Bild oder den Ordner öffnen</translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>&amp;New List</source>
        <translation>&amp;Neue Liste</translation>
    </message>
    <message>
        <source>Begin a new list; an open archive is closed</source>
        <translation>Eine neue Liste beginnen; ein offenes Archiv wird geschlossen</translation>
    </message>
    <message>
        <source>&amp;Open Archive…</source>
        <translation>Archiv ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open a .bswap archive</source>
        <translation>Ein .bswap-Archiv öffnen</translation>
    </message>
    <message>
        <source>&amp;Add Files…</source>
        <translation>Dateien hin&amp;zufügen …</translation>
    </message>
    <message>
        <source>Add photos and other files</source>
        <translation>Fotos und andere Dateien hinzufügen</translation>
    </message>
    <message>
        <source>Add Fol&amp;der…</source>
        <translation>&amp;Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Add a folder with everything in it</source>
        <translation>Einen Ordner mit allem darin hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Compress…</source>
        <translation>&amp;Komprimieren …</translation>
    </message>
    <message>
        <source>Write the list into a new archive</source>
        <translation>Die Liste in ein neues Archiv schreiben</translation>
    </message>
    <message>
        <source>&amp;Extract All…</source>
        <translation>Alles &amp;entpacken …</translation>
    </message>
    <message>
        <source>Restore all files into a folder</source>
        <translation>Alle Dateien in einem Ordner wiederherstellen</translation>
    </message>
    <message>
        <source>Extract &amp;Selected…</source>
        <translation>&amp;Auswahl entpacken …</translation>
    </message>
    <message>
        <source>Restore the selected files into a folder</source>
        <translation>Die ausgewählten Dateien in einem Ordner wiederherstellen</translation>
    </message>
    <message>
        <source>&amp;Test</source>
        <translation>&amp;Prüfen</translation>
    </message>
    <message>
        <source>Check that everything in the archive can be restored</source>
        <translation>Prüfen, ob sich alles im Archiv wiederherstellen lässt</translation>
    </message>
    <message>
        <source>Re&amp;pair…</source>
        <translation>&amp;Reparieren …</translation>
    </message>
    <message>
        <source>Save what is intact of a damaged archive in a new one</source>
        <translation>Was von einem beschädigten Archiv unversehrt ist, in einem neuen retten</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Close the program</source>
        <translation>Das Programm beenden</translation>
    </message>
    <message>
        <source>Select &amp;All</source>
        <translation>&amp;Alles auswählen</translation>
    </message>
    <message>
        <source>Select everything in the list</source>
        <translation>Alles in der Liste auswählen</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Remove the selected files from the list or the archive</source>
        <translation>Die ausgewählten Dateien aus der Liste oder dem Archiv entfernen</translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation>&amp;Filtern</translation>
    </message>
    <message>
        <source>Show only files whose path contains a text</source>
        <translation>Nur Dateien zeigen, deren Pfad einen Text enthält</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>E&amp;instellungen …</translation>
    </message>
    <message>
        <source>Device, threads, comparison, appearance</source>
        <translation>Gerät, Threads, Vergleich, Erscheinungsbild</translation>
    </message>
    <message>
        <source>&amp;Preview</source>
        <translation>&amp;Vorschau</translation>
    </message>
    <message>
        <source>Show the selected picture in a window</source>
        <translation>Das ausgewählte Bild in einem Fenster zeigen</translation>
    </message>
    <message>
        <source>&amp;Compare Panel</source>
        <translation>&amp;Vergleichsleiste</translation>
    </message>
    <message>
        <source>Show figures of the selection beside the list</source>
        <translation>Kennzahlen der Auswahl neben der Liste zeigen</translation>
    </message>
    <message>
        <source>C&amp;ompare</source>
        <translation>Ver&amp;gleichen</translation>
    </message>
    <message>
        <source>Show the Compare tab</source>
        <translation>Das Blatt Vergleichen zeigen</translation>
    </message>
    <message>
        <source>&amp;Layers</source>
        <translation>&amp;Schichten</translation>
    </message>
    <message>
        <source>Show the Layers tab</source>
        <translation>Das Blatt Schichten zeigen</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>&amp;Details</translation>
    </message>
    <message>
        <source>Show the Details tab</source>
        <translation>Das Blatt Details zeigen</translation>
    </message>
    <message>
        <source>Pa&amp;use</source>
        <translation>Pa&amp;use</translation>
    </message>
    <message>
        <source>Pause the job, or let it go on</source>
        <translation>Den Auftrag anhalten oder weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Cance&amp;l</source>
        <translation>Abbre&amp;chen</translation>
    </message>
    <message>
        <source>Stop the job; nothing half-written is left behind</source>
        <translation>Den Auftrag abbrechen; nichts Halbes bleibt zurück</translation>
    </message>
    <message>
        <source>&amp;Keyboard Shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>Show all keyboard shortcuts</source>
        <translation>Alle Tastenkürzel zeigen</translation>
    </message>
    <message>
        <source>&amp;About Bit-Swap Archiver</source>
        <translation>&amp;Über Bit-Swap Archiver</translation>
    </message>
    <message>
        <source>Version, licence, libraries</source>
        <translation>Version, Lizenz, Bibliotheken</translation>
    </message>
    <message>
        <source>Open &amp;Recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Colu&amp;mns</source>
        <translation>S&amp;palten</translation>
    </message>
    <message>
        <source>&amp;Job</source>
        <translation>Auf&amp;trag</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Compress</source>
        <translation>Komprimieren</translation>
    </message>
    <message>
        <source>Extract</source>
        <translation>Entpacken</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>&amp;Clear List</source>
        <translation>Liste &amp;leeren</translation>
    </message>
    <message>
        <source>Res&amp;ume</source>
        <translation>Fortset&amp;zen</translation>
    </message>
    <message>
        <source>Keyboard Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Copy the paths of the selection</source>
        <translation>Die Pfade der Auswahl kopieren</translation>
    </message>
    <message>
        <source>Open the selected picture or folder</source>
        <translation>Das ausgewählte Bild oder den Ordner öffnen</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Bit-Swap Archiver</source>
        <translation>Bit-Swap Archiver</translation>
    </message>
    <message>
        <source>Lossless image archives.</source>
        <translation>Verlustfreie Bildarchive.</translation>
    </message>
    <message>
        <source>Files to compress, or an archive to open.</source>
        <translation>Zu komprimierende Dateien oder ein zu öffnendes Archiv.</translation>
    </message>
    <message>
        <source>Open another window, even if one is open already.</source>
        <translation>Ein weiteres Fenster öffnen, auch wenn schon eines offen ist.</translation>
    </message>
</context>
</TS>
